'use client';

import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Ban, KeyRound, Pencil, Plus, RadioReceiver, SearchX } from 'lucide-react';
import { useState } from 'react';
import type { Device, DeviceWithToken } from '@/server/devices/contract';
import { plural } from '../../../_lib/format';
import { useTRPC } from '../../../_lib/trpc';
import { useUrlState } from '../../../_lib/use-url-state';
import { Badge, Dot } from '../../../_ui/badge';
import { Button } from '../../../_ui/button';
import { Confirm } from '../../../_ui/confirm';
import { DataTable, type Column } from '../../../_ui/data-table';
import { ListToolbar } from '../../../_ui/list-toolbar';
import { MenuItem, MenuSeparator, RowMenu } from '../../../_ui/menu';
import { Pager } from '../../../_ui/pager';
import { SearchField } from '../../../_ui/search-field';
import { EmptyState } from '../../../_ui/states';
import { useToasts } from '../../../_ui/toast';
import { When } from '../../../_ui/when';
import { Page, PageHeader } from '../../_components/page';
import { useMay } from '../../_shell/use-me';
import { DeviceFormDialog } from './device-form-dialog';
import { DeviceTokenDialog } from './device-token-dialog';

const PAGE_SIZE = 25;
const LIVE_EVERY_MS = 3_000;

const COLUMNS: Column<Device>[] = [
  {
    key: 'name', header: 'Device', cell: (device) => (
      <>
        <span className="flex items-center gap-2">
          <span className="truncate font-medium">{device.name}</span>
          {device.revoked_at !== null && <Badge tone="danger">Revoked</Badge>}
        </span>
        <code className="font-mono text-xs text-ink-3">{device.token_prefix}…</code>
      </>
    ),
  },
  {
    key: 'state', header: 'State', className: '@2xl:w-32', cell: (device) => (device.revoked_at !== null
      ? <span className="text-ink-3">–</span>
      : <span className="inline-flex items-center gap-2"><Dot tone={device.online ? 'ok' : 'neutral'} pulse={device.online} />{device.online ? 'In session' : 'Offline'}</span>),
  },
  { key: 'agent', header: 'Agent', className: '@2xl:w-44', cell: (device) => (device.agent_id === null ? <span className="text-ink-2">Default agent</span> : device.agent_name ?? 'Deleted agent') },
  { key: 'seen', header: 'Last seen', className: '@2xl:w-40', cell: (device) => <><When at={device.last_seen_at} />{device.last_address && <span className="tabular block text-xs text-ink-3">{device.last_address}</span>}</> },
  { key: 'made', header: 'Added', className: '@2xl:w-36', wideOnly: true, cell: (device) => <When at={device.created_at} /> },
];

type Open = { dialog: 'create' } | { dialog: 'edit' | 'rotate' | 'revoke'; device: Device } | { dialog: 'token'; device: DeviceWithToken; rotated: boolean } | null;

export function DevicesView() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const toasts = useToasts();
  const may = useMay('admin');
  const [open, setOpen] = useState<Open>(null);
  const { values, page, change, clear, isFiltered } = useUrlState(['q']);
  const list = useQuery(trpc.devices.list.queryOptions(
    { ...(values.q ? { q: values.q } : {}), limit: PAGE_SIZE, offset: (page - 1) * PAGE_SIZE },
    { placeholderData: keepPreviousData, refetchInterval: LIVE_EVERY_MS },
  ));
  const renew = () => queryClient.invalidateQueries({ queryKey: trpc.devices.list.queryKey() });
  const rotate = useMutation(trpc.devices.rotate.mutationOptions({ onSuccess: async (device) => { setOpen({ dialog: 'token', device, rotated: true }); await renew(); } }));
  const revoke = useMutation(trpc.devices.revoke.mutationOptions({
    onSuccess: async () => {
      if (open?.dialog === 'revoke') toasts.done(`${open.device.name} can no longer connect.`);
      setOpen(null);
      await renew();
    },
  }));
  const close = () => { setOpen(null); rotate.reset(); revoke.reset(); };
  const online = list.data?.devices.filter((device) => device.online).length ?? 0;
  const create = <Button variant="primary" onClick={() => setOpen({ dialog: 'create' })}><Plus aria-hidden />New device</Button>;

  return (
    <Page>
      <PageHeader title="Devices" actions={may && create}>
        <p aria-live="polite">{list.data ? `${plural(list.data.total, 'device')}${isFiltered ? ' found' : online > 0 ? `, ${online} in session` : ''}` : 'Things that talk, each with a token of its own'}</p>
      </PageHeader>
      {(isFiltered || (list.data?.total ?? 0) > 5) && (
        <ListToolbar onClear={isFiltered ? clear : undefined}>
          <SearchField label="Search devices" placeholder="Search by name or beginning of the token" value={values.q ?? ''} onChange={(q) => change({ q })} />
        </ListToolbar>
      )}
      <DataTable
        label="Devices"
        columns={COLUMNS}
        rows={list.data?.devices}
        query={list}
        rowKey={(device) => device.id}
        isMuted={(device) => device.revoked_at !== null}
        {...(may ? {
          rowMenu: (device: Device) => device.revoked_at === null && (
            <RowMenu label={`Actions for ${device.name}`}>
              <MenuItem icon={Pencil} onSelect={() => setOpen({ dialog: 'edit', device })}>Edit</MenuItem>
              <MenuItem icon={KeyRound} onSelect={() => setOpen({ dialog: 'rotate', device })}>New token</MenuItem>
              <MenuSeparator />
              <MenuItem icon={Ban} danger onSelect={() => setOpen({ dialog: 'revoke', device })}>Revoke</MenuItem>
            </RowMenu>
          ),
        } : {})}
        empty={isFiltered
          ? <EmptyState icon={SearchX} title="No device matches" action={<Button onClick={clear}>Clear the search</Button>}>Try a part of its name.</EmptyState>
          : <EmptyState icon={RadioReceiver} title="No devices yet" action={may && create}>{may ? 'Give an ESP32, or whatever else speaks WebSocket, a token of its own: it can be revoked without touching the others.' : 'An admin can add one.'}</EmptyState>}
      />
      {list.data && <Pager page={page} pageSize={PAGE_SIZE} total={list.data.total} onPage={(next) => change({ page: next > 1 ? String(next) : undefined })} />}

      {open?.dialog === 'create' && <DeviceFormDialog onClose={close} onCreated={(device) => setOpen({ dialog: 'token', device, rotated: false })} />}
      {open?.dialog === 'edit' && <DeviceFormDialog device={open.device} onClose={close} onCreated={close} />}
      {open?.dialog === 'token' && <DeviceTokenDialog device={open.device} rotated={open.rotated} onClose={close} />}
      <Confirm
        open={open?.dialog === 'rotate'}
        onOpenChange={(next) => { if (!next) close(); }}
        title={`A new token for ${open?.dialog === 'rotate' ? open.device.name : ''}?`}
        action="Make a new token"
        busy={rotate.isPending}
        problem={rotate.error?.message}
        onConfirm={() => { if (open?.dialog === 'rotate') rotate.mutate({ device_id: open.device.id }); }}
      >
        <p>The old token stops working at once and a live session with it ends. The device needs the new one before it can connect again.</p>
      </Confirm>
      <Confirm
        open={open?.dialog === 'revoke'}
        onOpenChange={(next) => { if (!next) close(); }}
        title={`Revoke ${open?.dialog === 'revoke' ? open.device.name : ''}?`}
        action="Revoke device"
        busy={revoke.isPending}
        problem={revoke.error?.message}
        onConfirm={() => { if (open?.dialog === 'revoke') revoke.mutate({ device_id: open.device.id }); }}
      >
        <p>Its token stops working and a live session ends at once. Its conversations are kept. This cannot be undone.</p>
      </Confirm>
    </Page>
  );
}
