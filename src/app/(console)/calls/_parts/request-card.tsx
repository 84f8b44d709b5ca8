import { Check } from 'lucide-react';
import type { CallDetail } from '@/server/calls/contract';
import { cn } from '../../../_lib/cn';
import { Badge } from '../../../_ui/badge';
import { Card, CardHeader } from '../../../_ui/card';
import { isLive } from '../_lib/call-words';

/** What an outgoing call had to say and to ask, and what came of it. */
export function RequestCard({ call }: { call: CallDetail }) {
  if (call.message === null) return null;
  const over = !isLive(call.state);
  const unknown = call.state === 'unknown'; // whoever could have told did not live to
  return (
    <Card aria-labelledby="message-title">
      <CardHeader id="message-title" title="Message" action={call.message_played ? <Badge tone="ok">Played</Badge> : unknown ? <Badge>Unknown</Badge> : over ? <Badge tone="warn">Not played</Badge> : call.state !== 'answered' && <Badge>To be played</Badge>} />
      <div className="space-y-4 px-4 py-4 sm:px-5">
        <p className="leading-6 break-words whitespace-pre-wrap">{call.message}</p>
        {call.choice && <Choice call={call} choice={call.choice} over={over} />}
        {call.converse && <p className="text-[0.8125rem] text-ink-3">Afterwards the agent goes on talking.</p>}
      </div>
    </Card>
  );
}

function Choice({ call, choice, over }: { call: CallDetail; choice: NonNullable<CallDetail['choice']>; over: boolean }) {
  return (
    <div className="border-t border-line pt-4">
      <p className="break-words">{choice.prompt}</p>
      <ul className="mt-2.5 space-y-1.5">
        {choice.options.map(({ value, synonyms }, index) => {
          const chosen = value === call.choice_response;
          return (
            <li key={value} className={cn('flex items-center gap-2.5 rounded-lg border px-2.5 py-1.5 text-[0.8125rem]', chosen ? 'border-accent bg-accent-soft' : 'border-line')}>
              <kbd className="tabular grid size-5 shrink-0 place-items-center rounded border border-line bg-surface font-sans text-2xs text-ink-2">{index + 1}</kbd>
              <span className={cn('min-w-0 truncate', chosen && 'font-medium text-accent-ink')}>{value}</span>
              <span className="ml-auto min-w-0 truncate text-ink-3">{synonyms.join(', ')}</span>
              {chosen && <Check aria-label="Chosen" className="size-4 shrink-0 text-accent-ink" strokeWidth={2.5} />}
            </li>
          );
        })}
      </ul>
      {call.choice_raw_text !== null && <p className="mt-2.5 text-[0.8125rem] text-ink-2">Heard: “{call.choice_raw_text}”</p>}
      {over && call.choice_response === null && <p className="mt-2.5 text-[0.8125rem] text-warn">{call.state === 'unknown' ? 'Whether an option was chosen is not known.' : 'No option was chosen.'}</p>}
    </div>
  );
}
