'use client';

import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Ban, KeyRound, Plus, SearchX } from 'lucide-react';
import { useState } from 'react';
import type { ApiKey } from '@/server/keys/contract';
import { plural } from '../../../_lib/format';
import { hasRole } from '../../../_lib/roles';
import { useTRPC } from '../../../_lib/trpc';
import { useNow } from '../../../_lib/use-now';
import { useUrlState } from '../../../_lib/use-url-state';
import { Badge } from '../../../_ui/badge';
import { Button } from '../../../_ui/button';
import { Confirm } from '../../../_ui/confirm';
import { DataTable, type Column } from '../../../_ui/data-table';
import { ListToolbar } from '../../../_ui/list-toolbar';
import { MenuItem, RowMenu } from '../../../_ui/menu';
import { NeedsRole } from '../../../_ui/needs-role';
import { Pager } from '../../../_ui/pager';
import { RoleBadge } from '../../../_ui/role-badge';
import { SearchField } from '../../../_ui/search-field';
import { EmptyState } from '../../../_ui/states';
import { useToasts } from '../../../_ui/toast';
import { When } from '../../../_ui/when';
import { Page, PageHeader } from '../../_components/page';
import { useMe } from '../../_shell/use-me';
import { CreateKeyDialog } from './create-key-dialog';
import { keyState } from './key-state';
import { scopesInWords } from './scope-words';

const PAGE_SIZE = 25;

export function KeysView() {
  const me = useMe();
  return (
    <Page>
      {hasRole(me.role, 'admin')
        ? <Keys />
        : <><PageHeader title="API keys" /><NeedsRole role="admin" mine={me.role} what="API keys" /></>}
    </Page>
  );
}

function Keys() {
  const me = useMe();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const toasts = useToasts();
  const now = useNow(60_000);
  const [creating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  const { values, page, change, clear, isFiltered } = useUrlState(['q']);
  const list = useQuery(trpc.keys.list.queryOptions(
    { ...(values.q ? { q: values.q } : {}), limit: PAGE_SIZE, offset: (page - 1) * PAGE_SIZE },
    { placeholderData: keepPreviousData, refetchInterval: 30_000 },
  ));
  const revoke = useMutation(trpc.keys.revoke.mutationOptions({
    onSuccess: async () => {
      toasts.done(`“${revoking?.name}” no longer works.`);
      setRevoking(null);
      await queryClient.invalidateQueries({ queryKey: trpc.keys.list.queryKey() });
    },
  }));

  const columns: Column<ApiKey>[] = [
    {
      key: 'name', header: 'Name', cell: (key) => {
        const state = keyState(key, now);
        return (
          <>
            <span className="flex items-center gap-2"><span className="truncate font-medium">{key.name}</span>{state !== 'active' && <Badge tone={state === 'revoked' ? 'danger' : 'warn'}>{state === 'revoked' ? 'Revoked' : 'Expired'}</Badge>}</span>
            <code className="font-mono text-xs text-ink-3">{key.prefix}…</code>
          </>
        );
      },
    },
    { key: 'role', header: 'Role', className: '@2xl:w-28', cell: (key) => <RoleBadge role={key.role} /> },
    { key: 'scopes', header: 'Opens', className: '@2xl:w-40', cell: (key) => scopesInWords(key.scopes) },
    { key: 'used', header: 'Last used', className: '@2xl:w-36', cell: (key) => <When at={key.last_used_at} /> },
    { key: 'ends', header: 'Stops working', className: '@2xl:w-36', cell: (key) => (key.revoked_at ? <>Revoked <When at={key.revoked_at} /></> : <When at={key.expires_at} />) },
    { key: 'made', header: 'Created', className: '@2xl:w-44', wideOnly: true, cell: (key) => <><When at={key.created_at} />{key.created_by && <span className="block truncate text-xs text-ink-3">by {key.created_by}</span>}</> },
  ];

  return (
    <>
      <PageHeader title="API keys" actions={<Button variant="primary" onClick={() => setCreating(true)}><Plus aria-hidden />New key</Button>}>
        <p aria-live="polite">{list.data ? `${plural(list.data.total, 'key')}${isFiltered ? ' found' : ''}` : 'For programs and scripts'}</p>
      </PageHeader>
      {(isFiltered || (list.data?.total ?? 0) > 5) && (
        <ListToolbar onClear={isFiltered ? clear : undefined}>
          <SearchField label="Search keys" placeholder="Search by name or beginning of the key" value={values.q ?? ''} onChange={(q) => change({ q })} />
        </ListToolbar>
      )}
      <DataTable
        label="API keys"
        columns={columns}
        rows={list.data?.keys}
        query={list}
        rowKey={(key) => key.id}
        isMuted={(key) => keyState(key, now) !== 'active'}
        rowMenu={(key) => key.revoked_at === null && (
          <RowMenu label={`Actions for ${key.name}`}><MenuItem icon={Ban} danger onSelect={() => setRevoking(key)}>Revoke</MenuItem></RowMenu>
        )}
        empty={isFiltered
          ? <EmptyState icon={SearchX} title="No key matches" action={<Button onClick={clear}>Clear the search</Button>}>Try a part of its name.</EmptyState>
          : <EmptyState icon={KeyRound} title="No keys yet" action={<Button variant="primary" onClick={() => setCreating(true)}><Plus aria-hidden />New key</Button>}>A key lets a program talk with your agents and read what was said, without anybody’s password.</EmptyState>}
      />
      {list.data && <Pager page={page} pageSize={PAGE_SIZE} total={list.data.total} onPage={(next) => change({ page: next > 1 ? String(next) : undefined })} />}
      <CreateKeyDialog open={creating} onOpenChange={setCreating} mine={me.role} />
      <Confirm
        open={revoking !== null}
        onOpenChange={(open) => { if (!open) { setRevoking(null); revoke.reset(); } }}
        title={`Revoke “${revoking?.name ?? ''}”?`}
        action="Revoke key"
        busy={revoke.isPending}
        problem={revoke.error?.message}
        onConfirm={() => { if (revoking) revoke.mutate({ key_id: revoking.id }); }}
      >
        <p>Whatever uses it is refused from this moment, and its live sessions end. This cannot be undone.</p>
      </Confirm>
    </>
  );
}
