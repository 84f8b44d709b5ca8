import type { JSONArray } from '@ai-sdk/provider';
import type { ModelMessage } from 'ai';
import type { QuotedFiles } from '../files';
import { countTokens, MESSAGE_OVERHEAD_TOKENS } from '../llm';
import type { HistoryMessage } from './store';
import type { MessageFile, ToolCallRecord } from './tables';

/** Enough for an hour of talk, small enough that the first token stays quick and a long conversation stays payable. */
export const HISTORY_BUDGET_TOKENS = 16_000;

export interface FitHistoryOptions {
  history: readonly HistoryMessage[];
  /** What was said now; the prompt always ends with it. */
  text: string;
  system: string;
  /** What was sent along, now or before; it has a budget of its own. */
  quoted?: QuotedFiles | null;
  budgetTokens?: number;
}

/**
 * The prompt: as many of the newest messages as the budget holds, oldest first, ending with what was said now. The
 * system prompt and the newest message are always there. A stored reply with its tool calls is one unit, so a call is
 * never cut from its result.
 */
export function fitHistory({ history, text, system, quoted, budgetTokens = HISTORY_BUDGET_TOKENS }: FitHistoryOptions): ModelMessage[] {
  const last = history.at(-1);
  const earlier = last?.role === 'user' && last.content === text ? history.slice(0, -1) : history;
  let left = budgetTokens - countTokens(system) - cost(text);

  const kept: ModelMessage[][] = [];
  let whole = true;
  for (const message of earlier.toReversed()) {
    const unit = unitOf(message);
    if (unit.length === 0) continue;
    left -= unit.reduce((total, each) => total + cost(typeof each.content === 'string' ? each.content : JSON.stringify(each.content)), 0);
    if (left < 0) {
      whole = false;
      break;
    }
    kept.unshift(unit);
  }
  // Vendors want the person to speak first: a cut history drops the reply whose question is gone, an agent's greeting gets an opener.
  if (!whole) while (kept.length > 0 && kept[0]?.[0]?.role !== 'user') kept.shift();
  const opener: ModelMessage[] = kept.length > 0 && kept[0]?.[0]?.role !== 'user' ? [{ role: 'user', content: '(The conversation begins.)' }] : [];
  return [...opener, ...kept.flat(), { role: 'user', content: quoted ? withFiles(text, quoted) : text }];
}

/** Beside the question and not in the system prompt: what the passages are changes with it, and what was said before stays as it was cached. */
const withFiles = (text: string, { text: quoted, files, images }: QuotedFiles) => [
  { type: 'text' as const, text: quoted, providerOptions: { parley: { files: files as unknown as JSONArray } } },
  ...images.map(({ name, mediaType, data }) => ({ type: 'file' as const, data, mediaType, filename: name })),
  { type: 'text' as const, text },
];

/** The files of a conversation's messages and of the new one, oldest first. */
export const filesOf = (history: readonly HistoryMessage[], now: readonly MessageFile[] = []): MessageFile[] =>
  [...history.filter(({ metadata }) => metadata?.replacedBy === undefined).flatMap(({ metadata }) => metadata?.files ?? []), ...now];

const cost = (text: string) => countTokens(text) + MESSAGE_OVERHEAD_TOKENS;

/** Nothing for what the model has no use for: empty failed replies, notes to the reader. */
function unitOf({ role, content, metadata }: HistoryMessage): ModelMessage[] {
  if (metadata?.replacedBy !== undefined) return []; // another reply stands in its place
  if (role === 'user') return content === '' ? [] : [{ role, content }];
  if (role !== 'assistant') return [];
  const calls = (metadata?.toolCalls ?? []).filter((call) => call.result !== undefined || call.error !== undefined);
  const said: ModelMessage[] = content === '' ? [] : [{ role: 'assistant', content }];
  if (calls.length === 0) return said;
  return [
    { role: 'assistant', content: calls.map((call) => ({ type: 'tool-call' as const, toolCallId: call.id, toolName: call.name, input: call.args })) },
    { role: 'tool', content: calls.map((call) => ({ type: 'tool-result' as const, toolCallId: call.id, toolName: call.name, output: outputOf(call) })) },
    // A reply that was cut off before its first word: without any, the results would be followed by the person.
    ...(said.length > 0 ? said : [{ role: 'assistant' as const, content: '…' }]),
  ];
}

const outputOf = (call: ToolCallRecord) => ({ type: 'text' as const, value: call.error ?? (typeof call.result === 'string' ? call.result : JSON.stringify(call.result)) });
