'use client';

import { useQuery } from '@tanstack/react-query';
import { Bot, Ear, Hand, SquarePen } from 'lucide-react';
import { useTRPC } from '../../../_lib/trpc';
import { Badge, Dot, type Tone } from '../../../_ui/badge';
import { Button } from '../../../_ui/button';
import { Segmented } from '../../../_ui/segmented';
import { Select } from '../../../_ui/select';
import { Skeleton } from '../../../_ui/states';
import { Tooltip } from '../../../_ui/tooltip';
import type { PlaygroundSession, PlaygroundSnapshot } from '../_lib/playground-session';

/** `short` where the header is a phone's. */
const CONNECTIONS: Record<PlaygroundSnapshot['connection'], { label: string; short: string; tone: Tone }> = {
  idle: { label: 'Not connected', short: 'Idle', tone: 'neutral' },
  connecting: { label: 'Connecting', short: 'Opening', tone: 'warn' },
  reconnecting: { label: 'Reconnecting', short: 'Retrying', tone: 'warn' },
  ready: { label: 'Connected', short: 'Live', tone: 'ok' },
  closed: { label: 'Disconnected', short: 'Lost', tone: 'danger' },
};

const MODES = [
  { value: 'push' as const, label: 'Hold to talk', icon: <Hand aria-hidden /> },
  { value: 'hands-free' as const, label: 'Hands-free', icon: <Ear aria-hidden /> },
];

export function PlaygroundHeader({ session, snapshot }: { session: PlaygroundSession; snapshot: PlaygroundSnapshot }) {
  const { label, short, tone } = CONNECTIONS[snapshot.connection];
  return (
    <header className="flex flex-wrap items-center gap-x-2 gap-y-2 border-b border-line px-3 py-2.5 sm:px-6">
      <h1 className="text-[1.0625rem] font-semibold max-sm:sr-only">Playground</h1>
      <Badge tone={tone} role="status"><Dot tone={tone} pulse={tone === 'warn'} /><span className="max-sm:hidden">{label}</span><span className="sm:hidden">{short}</span></Badge>
      <div className="ml-auto flex min-w-0 flex-wrap items-center gap-2">
        <Segmented compact label="How to talk" value={snapshot.mode} options={MODES} onChange={(mode) => session.setMode(mode)} />
        <AgentPicker session={session} agentId={snapshot.agentId} />
        <Tooltip content="New conversation" side="bottom">
          <Button size="icon" aria-label="New conversation" onClick={() => session.newConversation()}><SquarePen aria-hidden /></Button>
        </Tooltip>
      </div>
    </header>
  );
}

function AgentPicker({ session, agentId }: { session: PlaygroundSession; agentId: string | null }) {
  const trpc = useTRPC();
  const agents = useQuery(trpc.agents.list.queryOptions({}));
  if (agents.error) return <span className="text-[0.8125rem] text-danger">Agents cannot be read</span>;
  if (!agents.data) return <Skeleton className="h-9 w-36 rounded-lg" />;
  const usable = agents.data.filter((agent) => agent.is_active || agent.id === agentId);
  const chosen = usable.find((agent) => agent.id === agentId) ?? usable.find((agent) => agent.is_default) ?? usable[0];
  if (!chosen) return null;
  return (
    <Select
      label="Agent"
      icon={<Bot aria-hidden />}
      className="max-w-48 max-sm:max-w-36"
      value={chosen.id}
      onChange={(id) => session.setAgent(id)}
      options={usable.map((agent) => ({ value: agent.id, label: agent.name, hint: `${agent.llm_provider}/${agent.llm_model}` }))}
    />
  );
}
