'use client';

import { Check, X } from 'lucide-react';
import { cn } from '../../../_lib/cn';
import { formatMs } from '../../../_lib/format';
import { Card } from '../../../_ui/card';
import { callSteps, type CallStep } from '../_lib/call-steps';
import type { CallSummary } from '@/server/calls/contract';
import { STATE_WORDS } from '../_lib/call-words';

const clock = (at: string): string => new Date(at).toLocaleTimeString('en', { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false });

/** From the line to the end, with what each step took; a row where there is room, a column on a telephone. */
export function Timeline({ call }: { call: CallSummary }) {
  const steps = callSteps(call);
  let last: string | null = null;
  const shown = steps.map((step) => {
    const tookMs = last !== null && step.at !== null ? Math.max(0, Date.parse(step.at) - Date.parse(last)) : null;
    last = step.at ?? last;
    return { ...step, tookMs };
  });
  const bad = STATE_WORDS[call.state].tone === 'danger';
  return (
    <Card aria-label="Timeline">
      <ol className="flex px-4 py-4 max-sm:flex-col max-sm:gap-4 sm:px-5">
        {shown.map((step, index) => (
          <li key={step.key} aria-current={step.state === 'now' ? 'step' : undefined} className="relative flex min-w-0 flex-1 gap-3 sm:flex-col sm:gap-2">
            {index < shown.length - 1 && <span aria-hidden className={cn('absolute max-sm:top-6 max-sm:-bottom-4 max-sm:left-2.75 max-sm:w-0.5 sm:top-2.75 sm:right-0 sm:left-6 sm:h-0.5', shown[index + 1]?.at ? 'bg-accent' : 'bg-line')} />}
            <Mark step={step} bad={bad && step.key === 'ended'} />
            <div className="min-w-0 pr-2">
              <p className={cn('leading-6 font-medium sm:leading-5', (step.state === 'ahead' || step.state === 'skipped') && 'text-ink-3')}>{step.label}</p>
              <p className="tabular text-xs text-ink-3">
                {step.at ? <time dateTime={step.at}>{clock(step.at)}</time> : step.state === 'skipped' ? 'Not reached' : '–'}
                {step.tookMs !== null && <span className="whitespace-nowrap"> · +{formatMs(step.tookMs)}</span>}
              </p>
            </div>
          </li>
        ))}
      </ol>
    </Card>
  );
}

const Mark = ({ step, bad }: { step: CallStep; bad: boolean }) => (
  <span
    aria-hidden
    className={cn(
      'relative grid size-6 shrink-0 place-items-center rounded-full ring-4 ring-surface',
      step.state === 'done' && (bad ? 'bg-danger-soft text-danger' : 'bg-accent text-on-accent'),
      step.state === 'now' && 'border-2 border-accent bg-surface',
      (step.state === 'ahead' || step.state === 'skipped') && 'border-2 border-line bg-surface',
    )}
  >
    {step.state === 'done' && (bad ? <X className="size-3.5" strokeWidth={3} /> : <Check className="size-3.5" strokeWidth={3} />)}
    {step.state === 'now' && <span className="size-2 animate-pulse rounded-full bg-accent" />}
  </span>
);
