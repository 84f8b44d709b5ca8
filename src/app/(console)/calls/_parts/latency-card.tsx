import type { ConversationDetail } from '@/server/conversations/contract';
import { formatMs, median, plural } from '../../../_lib/format';
import { Card, CardHeader } from '../../../_ui/card';
import { totalMs } from '../../_components/turn-parts';
import { TurnWaterfall } from '../../_components/turn-waterfall';

/** From the end of the caller's words to the first sound of the answer; the latest turn in its parts. */
export function LatencyCard({ conversation }: { conversation: ConversationDetail }) {
  // A message or a greeting answers nobody: only turns that somebody began by speaking count.
  const traces = conversation.messages.flatMap(({ role, metadata }) => (role === 'assistant' && metadata.trace && (metadata.trace.speechMs ?? 0) > 0 ? [metadata.trace] : []));
  const latest = traces.at(-1);
  const typical = median(traces.map(totalMs));
  if (!latest || typical === null) return null;
  return (
    <Card aria-labelledby="latency-title">
      <CardHeader id="latency-title" title="Where the time went" action={<span className="text-xs text-ink-3">{plural(traces.length, 'turn')}</span>} />
      <div className="space-y-4 px-4 py-4 sm:px-5">
        <p><span className="tabular text-[1.625rem] leading-none font-semibold tracking-[-0.03em]">{formatMs(typical)}</span><span className="mt-1 block text-xs text-ink-3">{traces.length > 1 ? 'until an answer is heard, typically' : 'until the answer was heard'}</span></p>
        <TurnWaterfall trace={latest} />
      </div>
    </Card>
  );
}
