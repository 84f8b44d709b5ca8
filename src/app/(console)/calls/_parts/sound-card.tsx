import { AudioWaveform } from 'lucide-react';
import type { CallDetail } from '@/server/calls/contract';
import { cn } from '../../../_lib/cn';
import { formatMs } from '../../../_lib/format';
import { Badge } from '../../../_ui/badge';
import { Card, CardHeader } from '../../../_ui/card';
import { EmptyState } from '../../../_ui/states';
import { isLive } from '../_lib/call-words';
import { lossPercent, soundVerdict } from '../_lib/sound-quality';
import { Facts, Fact } from './facts';

const CODECS: Record<string, string> = { PCMU: 'G.711 µ-law (PCMU)', PCMA: 'G.711 A-law (PCMA)' };
const BEST_SCORE = 4.4;

/** How the sound came through, in words first and in figures below. */
export function SoundCard({ call }: { call: CallDetail }) {
  const { media } = call;
  const verdict = media && soundVerdict(media);
  return (
    <Card aria-labelledby="sound-title">
      <CardHeader id="sound-title" title="Sound" action={verdict && <Badge tone={verdict.tone}>{verdict.label}</Badge>} />
      {!media
        ? <EmptyState icon={AudioWaveform} title="Not measured" className="py-7">{isLive(call.state) ? 'It is measured once the call is over.' : call.answered_at ? 'No figures were kept of this call.' : 'The call was never answered.'}</EmptyState>
        : (
          <div className="px-4 pt-4 pb-2.5 sm:px-5">
            {verdict
              ? (
                <>
                  <div role="img" aria-label={`Opinion score ${verdict.score.toFixed(1)} of ${BEST_SCORE}`} className="flex gap-1">
                    {[2.6, 3.1, 3.6, 4, 4.3].map((step) => <span key={step} className={cn('h-1.5 flex-1 rounded-full', verdict.score < step ? 'bg-line' : { ok: 'bg-ok', warn: 'bg-warn', danger: 'bg-danger', neutral: 'bg-ink-3', accent: 'bg-accent' }[verdict.tone])} />)}
                  </div>
                  <p className="mt-2.5 text-[0.8125rem] text-ink-2">{verdict.words}</p>
                </>
              )
              : <p className="text-[0.8125rem] text-danger">No sound arrived from the other side. A firewall or a wrong public address is the usual reason.</p>}
            <Facts className="mt-2">
              <Fact label="Codec">{media.codec === null ? '–' : CODECS[media.codec.toUpperCase()] ?? media.codec}</Fact>
              <Fact label="Opinion score">{verdict ? `${verdict.score.toFixed(1)} of ${BEST_SCORE}` : '–'}</Fact>
              <Fact label="Packets heard">{media.received.toLocaleString('en')}</Fact>
              <Fact label="Lost">{media.lost.toLocaleString('en')} ({lossPercent(media).toFixed(lossPercent(media) === 0 ? 0 : 2)} %)</Fact>
              <Fact label="Concealed">{media.concealed.toLocaleString('en')}</Fact>
              <Fact label="Jitter">{formatMs(media.jitterMs)}</Fact>
              <Fact label="Round trip">{media.roundTripMs === null ? 'Not reported' : formatMs(media.roundTripMs)}</Fact>
            </Facts>
          </div>
        )}
    </Card>
  );
}
