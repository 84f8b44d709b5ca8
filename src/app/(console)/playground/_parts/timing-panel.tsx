import { Timer } from 'lucide-react';
import { formatMs, median, plural } from '../../../_lib/format';
import { EmptyState } from '../../../_ui/states';
import { totalMs } from '../../_components/turn-parts';
import { TurnBar, TurnWaterfall } from '../../_components/turn-waterfall';
import type { Turn } from '../_lib/thread';

/** Where the time went: the latest turn in full, the ones before it to the same scale. */
export function TimingPanel({ turns }: { turns: Turn[] }) {
  const traces = turns.flatMap(({ key, trace, user }) => (trace ? [{ key, trace, words: user?.text || 'Greeting' }] : []));
  const latest = traces.at(-1);
  const totals = traces.map(({ trace }) => totalMs(trace));
  const typical = median(totals);
  return (
    <aside aria-label="Timing" className="hidden w-88 shrink-0 flex-col overflow-y-auto border-l border-line bg-surface xl:flex">
      <div className="flex items-baseline justify-between border-b border-line px-5 py-3">
        <h2 className="text-[0.9375rem] font-semibold">Where the time went</h2>
        {traces.length > 0 && <span className="text-xs text-ink-3">{plural(traces.length, 'turn')}</span>}
      </div>
      {!latest && <EmptyState icon={Timer} title="No turn yet" className="m-auto">Each reply is measured from the end of your words to the first sound of the answer.</EmptyState>}
      {latest && (
        <div className="space-y-6 px-5 py-5">
          <div className="flex items-end justify-between">
            <p><span className="tabular text-[2rem] leading-none font-semibold tracking-[-0.03em]">{formatMs(totalMs(latest.trace))}</span><span className="mt-1 block text-xs text-ink-3">until the answer was heard</span></p>
            {typical !== null && traces.length > 1 && <p className="text-right"><span className="tabular font-medium">{formatMs(typical)}</span><span className="block text-xs text-ink-3">typical</span></p>}
          </div>
          <TurnWaterfall trace={latest.trace} />
          {traces.length > 1 && (
            <div>
              <h3 className="mb-2 text-xs font-medium text-ink-3">Turns before</h3>
              <ol className="space-y-2.5">
                {traces.slice(0, -1).reverse().map(({ key, trace, words }) => (
                  <li key={key}>
                    <p className="mb-1 flex justify-between gap-3 text-xs"><span className="truncate text-ink-2">{words}</span><span className="tabular shrink-0">{formatMs(totalMs(trace))}</span></p>
                    <TurnBar trace={trace} scaleMs={Math.max(...totals)} />
                  </li>
                ))}
              </ol>
            </div>
          )}
        </div>
      )}
    </aside>
  );
}
