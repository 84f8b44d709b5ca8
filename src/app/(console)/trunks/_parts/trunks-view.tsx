'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { CircleAlert, Pencil, Power, Router, Star, Trash2 } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import type { Trunk } from '@/server/telephony/contract';
import { plural } from '../../../_lib/format';
import { useTRPC } from '../../../_lib/trpc';
import { useStandingError } from '../../../_lib/use-standing-error';
import { Badge, Dot } from '../../../_ui/badge';
import { Button } from '../../../_ui/button';
import { Card } from '../../../_ui/card';
import { MenuItem, MenuSeparator, RowMenu } from '../../../_ui/menu';
import { EmptyState, ErrorState, LoadingRows } from '../../../_ui/states';
import { useToasts } from '../../../_ui/toast';
import { mendOf, trunkAddress, trunkState } from '../_lib/trunk-words';
import { workspaceAgent } from '../_lib/workspace-agent';
import { RemoveTrunk } from './remove-trunk';
import { TrunksFrame } from './trunks-frame';

const EVERY_MS = 2_000;

export const TrunksView = () => <TrunksFrame><Trunks /></TrunksFrame>;

function Trunks() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const toasts = useToasts();
  const [removing, setRemoving] = useState<Trunk | null>(null);
  const list = useQuery(trpc.telephony.trunks.queryOptions(undefined, { refetchInterval: EVERY_MS }));
  const problem = useStandingError(list);
  const agents = useQuery(trpc.agents.list.queryOptions({}));
  const update = useMutation(trpc.telephony.updateTrunk.mutationOptions({
    onError: (error) => toasts.failed(error.message),
    onSuccess: async () => queryClient.invalidateQueries({ queryKey: trpc.telephony.pathKey() }),
  }));
  const trunks = list.data?.trunks;
  const policy = useQuery(trpc.telephony.policy.queryOptions());
  const agentName = (id: string | null) =>
    agents.data?.find((agent) => agent.id === id && agent.is_active)?.name ?? workspaceAgent(agents.data, policy.data?.default_agent_id) ?? 'the workspace’s agent';
  return (
    <>
      <Card aria-label="Trunks" className="overflow-hidden">
        {!trunks && (problem ? <ErrorState title="The trunks cannot be read" message={problem.message} onRetry={() => void list.refetch()} /> : <LoadingRows rows={3} label="Loading trunks" />)}
        {trunks?.length === 0 && (
          <EmptyState icon={Router} title="No trunk yet" action={<Button asChild variant="primary"><Link href="/trunks/new">Connect a telephone line</Link></Button>}>
            An extension at your PBX, or a line of a provider. Then agents answer the telephone, and calls can be placed.
          </EmptyState>
        )}
        {trunks && trunks.length > 0 && (
          <ul className="divide-y divide-line">
            {trunks.map((trunk) => (
              <TrunkRow
                key={trunk.id}
                trunk={trunk}
                agentName={agentName(trunk.default_agent_id)}
                onDefault={() => update.mutate({ trunk_id: trunk.id, is_default: true }, { onSuccess: () => toasts.done(`Calls go out over ${trunk.name} now.`) })}
                onToggle={() => update.mutate({ trunk_id: trunk.id, is_active: !trunk.is_active }, { onSuccess: () => toasts.done(`${trunk.name} is ${trunk.is_active ? 'off' : 'on'}.`) })}
                onRemove={() => setRemoving(trunk)}
              />
            ))}
          </ul>
        )}
      </Card>
      <RemoveTrunk trunk={removing} onClose={() => setRemoving(null)} />
    </>
  );
}

interface TrunkRowProps {
  trunk: Trunk;
  agentName: string;
  onDefault: () => void;
  onToggle: () => void;
  onRemove: () => void;
}

function TrunkRow({ trunk, agentName, onDefault, onToggle, onRemove }: TrunkRowProps) {
  const state = trunkState(trunk);
  const ours = trunk.source === 'environment';
  return (
    <li className="relative flex flex-wrap items-start gap-3 px-4 py-3.5 transition-colors hover:bg-sunken has-[a:focus-visible]:bg-sunken sm:px-5">
      <span className="grid size-9 shrink-0 place-items-center rounded-lg bg-sunken text-ink-2"><Router aria-hidden className="size-[1.125rem]" /></span>
      <div className="min-w-0 flex-1">
        <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <Link href={`/trunks/${trunk.id}`} className="min-w-0 truncate font-medium outline-none after:absolute after:inset-0 after:content-[''] focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent">{trunk.name}</Link>
          {trunk.is_default && <Badge tone="accent">Default</Badge>}
          {ours && <Badge>From the environment</Badge>}
        </div>
        <p className="text-[0.8125rem] break-words text-ink-2">{trunkAddress(trunk)}{trunk.proxy && ` by ${trunk.proxy}`}</p>
        <p className="text-xs text-ink-3">
          {trunk.numbers.length > 0 && `${trunk.numbers.slice(0, 3).join(', ')}${trunk.numbers.length > 3 ? ` and ${trunk.numbers.length - 3} more` : ''} · `}
          {trunk.numbers.length > 0 ? 'answered' : 'Answered'} by {agentName}
        </p>
      </div>
      <div className="flex shrink-0 flex-col items-end gap-1">
        <Badge tone={state.tone} title={state.meaning}><Dot tone={state.tone} pulse={state.pulse} />{state.label}</Badge>
        {trunk.active_calls > 0 && <span className="tabular text-xs text-ink-2">{plural(trunk.active_calls, 'call')}{trunk.max_calls !== null && ` of ${trunk.max_calls}`}</span>}
      </div>
      <span className="relative z-10 -mt-1 -mr-1.5">
        <RowMenu label={`Actions for ${trunk.name}`}>
          <MenuItem icon={Pencil} href={`/trunks/${trunk.id}`}>{ours ? 'Look at it' : 'Edit'}</MenuItem>
          <MenuItem icon={Star} disabled={trunk.is_default} hint={trunk.is_default ? 'Calls already go out over it.' : undefined} onSelect={onDefault}>Make default</MenuItem>
          {!ours && <MenuItem icon={Power} onSelect={onToggle}>{trunk.is_active ? 'Switch off' : 'Switch on'}</MenuItem>}
          {!ours && <MenuSeparator />}
          {!ours && <MenuItem icon={Trash2} danger onSelect={onRemove}>Remove</MenuItem>}
        </RowMenu>
      </span>
      {trunk.is_active && trunk.last_error !== null && <div className="-mt-2 basis-full sm:pl-12"><TrunkError error={trunk.last_error} /></div>}
    </li>
  );
}

/** What is wrong, and what usually helps. */
export function TrunkError({ error }: { error: string }) {
  const mend = mendOf(error);
  return (
    <div className="mt-2 flex items-start gap-2 rounded-lg bg-danger-soft px-3 py-2 text-[0.8125rem] text-danger">
      <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
      <div className="min-w-0 break-words"><p className="font-medium">{/[.!?]$/.test(error) ? error : `${error}.`}</p>{mend && <p>{mend}</p>}</div>
    </div>
  );
}
