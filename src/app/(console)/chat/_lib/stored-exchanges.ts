import { z } from 'zod';
import type { ConversationMessage } from '@/server/conversations/contract';
import { problemOfEvent, type ChatProblem } from './chat-problem';
import { newAnswer, type Answer, type Exchange, type Question, type ToolStep } from './chat-thread';
import { storedFiles } from '../../_components/stored-files';
import { uploadedFileName } from '../../_components/uploaded-file-name';

const STATES = { complete: 'done', interrupted: 'interrupted', failed: 'failed' } as const satisfies Record<ConversationMessage['status'], Answer['state']>;

type StoredToolCall = NonNullable<ConversationMessage['metadata']['toolCalls']>[number];

const toolStep = ({ id, name, label, args, result, error, durationMs }: StoredToolCall): ToolStep =>
  ({ id, name, label: label ?? name, args, result, error, durationMs, state: error === undefined ? 'done' : 'failed' });

function question(message: ConversationMessage): Question {
  const files = storedFiles(message.metadata);
  return { messageId: message.id, text: files.length > 0 && uploadedFileName(message.content) !== null ? '' : message.content, files, spoken: false, at: message.created_at };
}

function answer({ id, content, status, provider, model, metadata, usage }: ConversationMessage): Answer {
  const { toolCalls = [], responseTimeMs, trace } = metadata;
  return {
    ...newAnswer(), messageId: id, text: content, state: STATES[status], tools: toolCalls.map(toolStep), provider, model,
    responseTimeMs: responseTimeMs ?? trace?.totalMs ?? null,
    costUsd: usage?.cost_usd ?? null, tokens: usage && usage.input_tokens + usage.output_tokens,
    problem: status === 'failed' ? failureOf(metadata) : null,
  };
}

const failure = z.object({ kind: z.string(), message: z.string() });

function failureOf({ error }: ConversationMessage['metadata']): ChatProblem {
  const said = failure.safeParse(error).data;
  return said ? problemOfEvent({ error: said.message, kind: said.kind }) : problemOfEvent({ error: 'The answer failed.' });
}

/**
 * A stored conversation as the chat shows it: in the order of what was said, each answer under the question before it.
 * An answer that was asked for again is shown once, as its last version.
 */
export function storedExchanges(messages: readonly ConversationMessage[]): Exchange[] {
  const exchanges: Exchange[] = [];
  for (const message of messages) {
    if (typeof message.metadata.replacedBy === 'string') continue;
    const last = exchanges.at(-1);
    if (message.role === 'user') {
      exchanges.push({ key: message.id, question: question(message), answer: null });
    } else if (message.role === 'assistant') {
      if (message.metadata.trace?.speechMs && last?.question) last.question.spoken = true;
      if (last && last.answer === null) last.answer = answer(message);
      else exchanges.push({ key: message.id, question: null, answer: answer(message) });
    }
  }
  return exchanges;
}
