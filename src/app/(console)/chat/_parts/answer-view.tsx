'use client';

import { RotateCw } from 'lucide-react';
import { memo } from 'react';
import { formatMs } from '../../../_lib/format';
import { Badge } from '../../../_ui/badge';
import { Button } from '../../../_ui/button';
import { CopyButton } from '../../../_ui/copy-button';
import { Markdown } from '../../_components/markdown';
import { AgentSaid } from '../../_components/speech';
import { Thinking } from '../../_components/thinking';
import { ToolUse } from '../../_components/tool-use';
import { isOpen, type Answer } from '../_lib/chat-thread';
import { costWords } from '../_lib/cost-words';
import { ProblemNotice } from './problem-notice';

interface AnswerViewProps {
  answer: Answer;
  agentName: string;
  /** Absent where it cannot be asked for again. */
  onRetry: (() => void) | undefined;
}

export const AnswerView = memo(function AnswerView({ answer, agentName, onRetry }: AnswerViewProps) {
  const { text, state, tools, problem } = answer;
  const open = isOpen(answer);
  return (
    <AgentSaid
      name={agentName}
      tools={tools.map(({ id, ...tool }, index) => <ToolUse key={id ?? index} {...tool} />)}
      footer={!open && (
        <>
          {state === 'interrupted' && <p className="mt-1.5 flex flex-wrap items-center gap-2"><Badge tone="warn">Stopped</Badge>{text === '' && <span className="text-[0.8125rem] text-ink-3">Before the first word.</span>}</p>}
          {problem && <ProblemNotice problem={problem} onRetry={onRetry} hasWords={text !== ''} />}
          <div className="mt-1 -ml-1.5 flex min-h-7 flex-wrap items-center gap-x-1 gap-y-0.5 text-2xs text-ink-3">
            {text !== '' && <CopyButton text={text} label="Copy answer" iconOnly className="size-7" />}
            {onRetry && !problem && <Button variant="ghost" size="icon-sm" className="size-7" aria-label="Ask again" title="Ask again" onClick={onRetry}><RotateCw aria-hidden /></Button>}
            <Facts answer={answer} />
          </div>
        </>
      )}
    >
      {text !== '' && <Markdown text={text} writing={open} />}
      {open && text === '' && <Thinking />}
    </AgentSaid>
  );
});

/** Which model it was, how long it took and what it cost: there for who looks. */
function Facts({ answer: { provider, model, responseTimeMs, costUsd, tokens } }: { answer: Answer }) {
  const facts = [
    model && (provider && !model.includes('/') ? `${provider}/${model}` : model),
    responseTimeMs !== null && formatMs(responseTimeMs),
    tokens ? `${tokens.toLocaleString('en')} tokens` : null,
    costUsd !== null && costWords(costUsd),
  ].filter((fact): fact is string => typeof fact === 'string');
  return facts.length === 0 ? null : <span className="tabular px-1.5">{facts.join(' · ')}</span>;
}
