import type { Tone } from '../../../_ui/badge';

export interface SoundFigures {
  received: number;
  lost: number;
  concealed: number;
  jitterMs: number;
  roundTripMs: number | null;
}

export interface SoundVerdict {
  label: 'Excellent' | 'Good' | 'Fair' | 'Poor';
  tone: Tone;
  /** In a sentence, what makes it so. */
  words: string;
  /** Mean opinion score, 1 to 4.4 for G.711. */
  score: number;
}

export const lossPercent = ({ received, lost }: Pick<SoundFigures, 'received' | 'lost'>): number => (lost <= 0 ? 0 : (lost / (received + lost)) * 100);

/**
 * The E-model in its usual short form (ITU-T G.107): 93.2 less what the delay and what the loss take, turned into an
 * opinion score. Delay is half the round trip, the buffer that the jitter asks for, and a packet's own 20 ms.
 */
export function soundVerdict(figures: SoundFigures): SoundVerdict | null {
  if (figures.received === 0) return null;
  const delayMs = (figures.roundTripMs ?? 0) / 2 + figures.jitterMs * 2 + 20;
  const delayTakes = 0.024 * delayMs + (delayMs > 177.3 ? 0.11 * (delayMs - 177.3) : 0);
  const percent = lossPercent(figures);
  const lossTakes = (95 * percent) / (percent + 25.1); // G.711 with concealment: Bpl 25.1
  const rating = Math.max(0, 93.2 - delayTakes - lossTakes);
  const score = Math.min(4.4, Math.max(1, 1 + 0.035 * rating + rating * (rating - 60) * (100 - rating) * 7e-6));
  const reasons = [
    percent >= 1 && `${percent.toFixed(1)} % of the packets were lost`,
    figures.jitterMs >= 30 && 'packets came unevenly',
    (figures.roundTripMs ?? 0) >= 300 && 'the way is long',
  ].filter((reason) => reason !== false);
  const because = reasons.length > 0 ? `: ${reasons.join(', ')}` : '';
  if (score >= 4.2) return { label: 'Excellent', tone: 'ok', score, words: 'As good as a telephone line sounds.' };
  if (score >= 3.9) return { label: 'Good', tone: 'ok', score, words: `Small faults that hardly anybody hears${because}.` };
  if (score >= 3.3) return { label: 'Fair', tone: 'warn', score, words: `Heard, and understood with some effort${because}.` };
  return { label: 'Poor', tone: 'danger', score, words: `Words are hard to make out${because}.` };
}
