'use client';

import { ChevronRight } from 'lucide-react';
import { Collapsible } from 'radix-ui';
import type { TurnTrace } from '@/server/conversations/turn-trace';
import { formatMs } from '../../_lib/format';
import { totalMs, turnParts } from './turn-parts';
import { TurnBar, TurnWaterfall } from './turn-waterfall';

/** Below a reply: the turn's time as one bar and number, which unfold into the waterfall. */
export function TurnTiming({ trace, scaleMs, defaultOpen = false }: { trace: TurnTrace; scaleMs?: number; defaultOpen?: boolean }) {
  if (turnParts(trace).length === 0) return null;
  return (
    <Collapsible.Root defaultOpen={defaultOpen} className="mt-2.5 max-w-xl">
      <Collapsible.Trigger className="group flex w-full items-center gap-3 rounded-md py-1 text-xs text-ink-2 hover:text-ink">
        <span className="tabular w-14 shrink-0 text-left font-medium"><span className="sr-only">Timing of this turn: </span>{formatMs(totalMs(trace))}</span>
        <TurnBar trace={trace} {...(scaleMs === undefined ? {} : { scaleMs })} />
        <ChevronRight aria-hidden className="size-3.5 shrink-0 text-ink-3 transition-transform group-data-[state=open]:rotate-90" />
      </Collapsible.Trigger>
      <Collapsible.Content className="pt-1.5">
        <TurnWaterfall trace={trace} className="rounded-lg border border-line bg-surface p-3.5" />
      </Collapsible.Content>
    </Collapsible.Root>
  );
}
