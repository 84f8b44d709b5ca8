import { Badge, Dot, type Tone } from '../../_ui/badge';

const STATES: Record<string, { label: string; tone: Tone }> = {
  listening: { label: 'Listening', tone: 'ok' },
  transcribing: { label: 'Transcribing', tone: 'warn' },
  thinking: { label: 'Thinking', tone: 'warn' },
  speaking: { label: 'Speaking', tone: 'accent' },
};

export function SessionState({ state }: { state: string }) {
  const { label, tone } = STATES[state] ?? { label: state, tone: 'neutral' as const };
  return <Badge tone={tone}><Dot tone={tone} pulse={state !== 'listening'} />{label}</Badge>;
}
