import type { TurnTrace } from '@/server/conversations/turn-trace';
import { cn } from '../../_lib/cn';
import { formatMs, formatSeconds } from '../../_lib/format';
import { totalMs, turnParts } from './turn-parts';

const spoken = (trace: TurnTrace): string => turnParts(trace).map((part) => `${part.label} ${formatMs(part.ms)}`).join(', ');

/** A turn in one line: its parts end to end, to the scale that the other turns have. */
export function TurnBar({ trace, scaleMs, className }: { trace: TurnTrace; scaleMs?: number; className?: string }) {
  const scale = Math.max(scaleMs ?? 0, totalMs(trace), 1);
  return (
    <div role="img" aria-label={`Latency: ${spoken(trace)}`} className={cn('flex h-2 w-full overflow-hidden rounded-full bg-sunken', className)}>
      {turnParts(trace).map((part) => (
        <span key={part.key} title={`${part.label}: ${formatMs(part.ms)}`} style={{ width: `${(part.ms / scale) * 100}%` }} className={cn('h-full border-r border-surface last:border-r-0', part.color)} />
      ))}
    </div>
  );
}

/** A turn in full: each part begins where the one before ended, with its number. */
export function TurnWaterfall({ trace, className }: { trace: TurnTrace; className?: string }) {
  const total = Math.max(totalMs(trace), 1);
  return (
    <div className={className}>
      <dl className="space-y-2">
        {turnParts(trace).map((part) => (
          <div key={part.key} title={part.meaning} className="grid grid-cols-[6.25rem_minmax(0,1fr)_4rem] items-center gap-2 text-[0.8125rem]">
            <dt className="truncate text-ink-2">{part.label}</dt>
            <dd aria-hidden className="relative h-3.5 rounded-sm bg-sunken">
              <span className={cn('absolute inset-y-0 min-w-0.5 rounded-sm', part.color)} style={{ left: `${Math.min((part.startMs / total) * 100, 99)}%`, width: `${(part.ms / total) * 100}%` }} />
            </dd>
            <dd className="tabular text-right text-ink">{formatMs(part.ms)}</dd>
          </div>
        ))}
      </dl>
      <dl className="mt-3 flex flex-wrap items-baseline gap-x-4 gap-y-1 border-t border-line pt-2.5 text-[0.8125rem] text-ink-2">
        <Figure label="Total" value={formatMs(total)} strong />
        {trace.speechMs !== undefined && trace.speechMs > 0 && <Figure label="Spoke" value={formatSeconds(trace.speechMs)} />}
        {trace.playedMs !== undefined && trace.playedMs > 0 && <Figure label="Reply" value={formatSeconds(trace.playedMs)} />}
      </dl>
    </div>
  );
}

const Figure = ({ label, value, strong = false }: { label: string; value: string; strong?: boolean }) => (
  <div className={cn('flex gap-1.5', strong && 'mr-auto font-semibold text-ink')}><dt>{label}</dt><dd className="tabular text-ink">{value}</dd></div>
);
