import type { TurnTrace } from '@/server/conversations/turn-trace';

export interface TurnPart {
  key: string;
  label: string;
  /** One sentence for people who see the waterfall for the first time. */
  meaning: string;
  color: string;
  startMs: number;
  ms: number;
}

const PARTS = [
  { key: 'endpointMs', label: 'End of speech', meaning: 'Waiting to be sure that you have finished.', color: 'bg-part-1' },
  { key: 'sttMs', label: 'Transcript', meaning: 'Speech-to-text, after the part that ran while you spoke.', color: 'bg-part-2' },
  { key: 'firstTokenMs', label: 'First word', meaning: 'The agent’s thinking, tools included.', color: 'bg-part-3' },
  { key: 'firstAudioMs', label: 'First audio', meaning: 'Text-to-speech of the first clause.', color: 'bg-part-4' },
  { key: 'firstSentMs', label: 'First sent', meaning: 'On its way to your speaker.', color: 'bg-part-5' },
] as const satisfies readonly { key: keyof TurnTrace; label: string; meaning: string; color: string }[];

/** The parts that a turn has, one after the other. */
export function turnParts(trace: TurnTrace): TurnPart[] {
  let startMs = 0;
  return PARTS.flatMap((part) => {
    const ms = trace[part.key];
    if (ms === null) return [];
    const shown = { ...part, startMs, ms };
    startMs += ms;
    return [shown];
  });
}

export const totalMs = (trace: TurnTrace): number => trace.totalMs ?? turnParts(trace).reduce((sum, part) => sum + part.ms, 0);
