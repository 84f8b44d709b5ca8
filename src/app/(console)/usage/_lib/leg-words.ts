import { Binary, Brain, Captions, Phone, Volume2, type LucideIcon } from 'lucide-react';
import type { UsageGroup } from '@/server/usage/contract';
import { formatAmount, formatMinutes } from './amounts';

export type Leg = 'llm' | 'stt' | 'tts' | 'telephony' | 'embedding';

/** The parts of a turn that are paid for. */
export const LEGS: Record<Leg, { label: string; icon: LucideIcon; hint: string }> = {
  llm: { label: 'Language model', icon: Brain, hint: 'Priced by tokens.' },
  stt: { label: 'Speech-to-text', icon: Captions, hint: 'Priced by minutes of speech.' },
  tts: { label: 'Text-to-speech', icon: Volume2, hint: 'Priced by characters that are spoken.' },
  telephony: { label: 'Telephone line', icon: Phone, hint: 'Priced by minutes of the call.' },
  embedding: { label: 'Embedding', icon: Binary, hint: 'Priced by tokens.' },
};

export const LEG_NAMES = Object.keys(LEGS) as Leg[];

export const isLeg = (name: string | null | undefined): name is Leg => LEG_NAMES.some((leg) => leg === name);

type Used = Pick<UsageGroup, 'requests' | 'input_tokens' | 'output_tokens' | 'stt_seconds' | 'tts_characters' | 'telephony_seconds'>;

/** What was used, kind by kind, of that which was used at all. */
export const usedWords = (used: Used): string[] => [
  used.input_tokens + used.output_tokens > 0 ? `${formatAmount(used.input_tokens + used.output_tokens)} tokens` : null,
  used.stt_seconds > 0 ? `${formatMinutes(used.stt_seconds)} heard` : null,
  used.tts_characters > 0 ? `${formatAmount(used.tts_characters)} characters` : null,
  used.telephony_seconds > 0 ? `${formatMinutes(used.telephony_seconds)} on the line` : null,
].filter((words) => words !== null);
