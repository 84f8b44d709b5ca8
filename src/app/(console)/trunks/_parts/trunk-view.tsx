'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ArrowLeft, Phone, Trash2, Unplug } from 'lucide-react';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import type { Trunk } from '@/server/telephony/contract';
import { plural } from '../../../_lib/format';
import { hasRole } from '../../../_lib/roles';
import { useTRPC } from '../../../_lib/trpc';
import { Badge, Dot } from '../../../_ui/badge';
import { Button } from '../../../_ui/button';
import { Card } from '../../../_ui/card';
import { NeedsRole } from '../../../_ui/needs-role';
import { EmptyState, ErrorState, Skeleton } from '../../../_ui/states';
import { useToasts } from '../../../_ui/toast';
import { When } from '../../../_ui/when';
import { Page, PageHeader } from '../../_components/page';
import { useStoredForm } from '../../_components/use-stored-form';
import { useMe } from '../../_shell/use-me';
import { formOf, isSameForm, shownTrunkPaths, trunkInputOf } from '../_lib/trunk-form';
import { trunkAddress, trunkState } from '../_lib/trunk-words';
import { EnvironmentTrunk } from './environment-trunk';
import { RemoveTrunk } from './remove-trunk';
import { TrunkEditor } from './trunk-editor';
import { TrunkError } from './trunks-view';

const EVERY_MS = 2_000;

export function TrunkView({ id }: { id: string }) {
  const me = useMe();
  return (
    <Page className="max-w-5xl min-[3200px]:max-w-6xl">
      <Link href="/trunks" className="mb-3 inline-flex items-center gap-1.5 rounded text-[0.8125rem] font-medium text-ink-2 hover:text-ink"><ArrowLeft aria-hidden className="size-4" />Trunks</Link>
      {hasRole(me.role, 'admin') ? <One id={id} /> : <NeedsRole role="admin" mine={me.role} what="A trunk’s settings" />}
    </Page>
  );
}

function One({ id }: { id: string }) {
  const trpc = useTRPC();
  const query = useQuery(trpc.telephony.getTrunk.queryOptions({ trunk_id: id }, { refetchInterval: ({ state }) => (state.data ? EVERY_MS : false) }));
  if (query.data) return <Settings trunk={query.data} />;
  if (query.error) {
    return (
      <Card>{query.error.data?.httpStatus === 404
        ? <EmptyState icon={Unplug} title="There is no such trunk" action={<Button asChild><Link href="/trunks">All trunks</Link></Button>}>It may have been removed, or the address is incomplete.</EmptyState>
        : <ErrorState title="The trunk cannot be read" message={query.error.message} onRetry={() => void query.refetch()} />}
      </Card>
    );
  }
  return <div role="status" aria-label="Loading the trunk" className="space-y-5"><Skeleton className="h-7 w-64" /><Skeleton className="h-56 rounded-xl" /><Skeleton className="h-56 rounded-xl" /></div>;
}

function Settings({ trunk }: { trunk: Trunk }) {
  const router = useRouter();
  const [removing, setRemoving] = useState(false);
  const state = trunkState(trunk);
  const ours = trunk.source === 'environment';
  return (
    <>
      <PageHeader
        title={trunk.name}
        actions={<>
          <Button asChild><Link href={`/calls?trunk=${trunk.id}`}><Phone aria-hidden />Its calls</Link></Button>
          {!ours && <Button variant="danger" onClick={() => setRemoving(true)}><Trash2 aria-hidden />Remove</Button>}
        </>}
      >
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <Badge tone={state.tone} aria-live="polite" title={state.meaning}><Dot tone={state.tone} pulse={state.pulse} />{state.label}</Badge>
          {trunk.is_default && <Badge tone="accent">Default</Badge>}
          <span className="break-all">{trunkAddress(trunk)}</span>
          {trunk.active_calls > 0 && <span>· {plural(trunk.active_calls, 'call')}</span>}
          {trunk.expires_at !== null && <span className="text-ink-3">· {trunk.status === 'registered' ? 'renewed by itself' : 'runs out'} <When at={trunk.expires_at} /></span>}
        </p>
      </PageHeader>
      {trunk.is_active && trunk.last_error !== null && <div className="-mt-2 mb-5"><TrunkError error={trunk.last_error} /></div>}
      {ours ? <EnvironmentTrunk trunk={trunk} /> : <Editor trunk={trunk} />}
      <RemoveTrunk trunk={removing ? trunk : null} onClose={() => setRemoving(false)} onRemoved={() => router.replace('/trunks')} />
    </>
  );
}

function Editor({ trunk }: { trunk: Trunk }) {
  const trpc = useTRPC();
  const toasts = useToasts();
  const queryClient = useQueryClient();
  const { change, submit, discard, base: _, ...state } = useStoredForm({
    stored: trunk,
    formOf,
    isSame: isSameForm,
    inputOf: (form) => ({ trunk_id: trunk.id, ...trunkInputOf(form) }),
    shownPaths: shownTrunkPaths,
    mutation: (onSuccess) => trpc.telephony.updateTrunk.mutationOptions({ onSuccess }),
    onSaved: async (saved) => {
      queryClient.setQueryData(trpc.telephony.getTrunk.queryKey({ trunk_id: trunk.id }), saved);
      toasts.done(saved.active_calls > 0 ? 'Saved. Calls that go on are not disturbed.' : 'Saved.');
      await queryClient.invalidateQueries({ queryKey: trpc.telephony.trunks.queryKey() });
    },
  });
  return (
    <TrunkEditor
      label={`Settings of ${trunk.name}`} action="Save" {...state}
      hasPassword={trunk.has_password} hasCallerPassword={trunk.has_caller_password} wasDefault={trunk.is_default}
      onChange={change} onSubmit={submit} onDiscard={discard}
    />
  );
}
