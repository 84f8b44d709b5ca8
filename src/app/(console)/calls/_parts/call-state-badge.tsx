import { Badge, Dot } from '../../../_ui/badge';
import { STATE_WORDS, type CallStateName } from '../_lib/call-words';

export function CallStateBadge({ state }: { state: CallStateName }) {
  const { label, tone, live } = STATE_WORDS[state];
  return <Badge tone={tone}>{live && <Dot tone={tone} pulse={state !== 'queued'} />}{label}</Badge>;
}
