import { cn } from '../../../_lib/cn';
import { callSteps } from '../_lib/call-steps';
import type { CallSummary } from '@/server/calls/contract';
import { STATE_WORDS } from '../_lib/call-words';

/** How far a live call has come, as a bar of steps. */
export function CallProgress({ call, className }: { call: CallSummary; className?: string }) {
  const steps = callSteps(call).filter(({ key }) => key !== 'ended');
  const reached = steps.filter(({ state }) => state === 'done' || state === 'now').length;
  return (
    <div role="progressbar" aria-label="How far the call has come" aria-valuemin={0} aria-valuemax={steps.length} aria-valuenow={reached} aria-valuetext={STATE_WORDS[call.state].label} className={cn('flex gap-1', className)}>
      {steps.map(({ key, state }) => (
        <span
          key={key}
          className={cn(
            'h-1 flex-1 rounded-full',
            state === 'ahead' || state === 'skipped' ? 'bg-line' : call.state === 'answered' ? 'bg-ok' : call.state === 'queued' ? 'bg-ink-3' : 'bg-warn',
            state === 'now' && call.state !== 'answered' && 'animate-pulse',
          )}
        />
      ))}
    </div>
  );
}
