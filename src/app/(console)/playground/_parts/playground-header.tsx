'use client';

import { Ear, Hand, SquarePen } from 'lucide-react';
import { Badge, Dot, type Tone } from '../../../_ui/badge';
import { Button } from '../../../_ui/button';
import { Segmented } from '../../../_ui/segmented';
import { Tooltip } from '../../../_ui/tooltip';
import { AgentPicker } from '../../_components/agent-picker';
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
        <AgentPicker agentId={snapshot.agentId} onChange={(id) => session.setAgent(id)} />
        <Tooltip content="New conversation" side="bottom">
          <Button size="icon" aria-label="New conversation" onClick={() => session.newConversation()}><SquarePen aria-hidden /></Button>
        </Tooltip>
      </div>
    </header>
  );
}
