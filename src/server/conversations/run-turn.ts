import { stepCountIs, streamText } from 'ai';
import type { ModelSettings } from '../agents';
import type { BudgetGuard } from '../budgets';
import { providerError, retrying, takesImage, unfinishedAnswer, type ChosenModel, type Models, type VendorKeySource } from '../llm';
import type { PromptFiles } from '../files';
import type { Clock } from '../platform/clock';
import { AppError, toAppError } from '../platform/errors';
import { newId } from '../platform/ids';
import type { Logger } from '../platform/logger';
import type { ToolRunner } from '../tools';
import { filesOf, fitHistory } from './history';
import { modelTools } from './model-tools';
import { ReplyRecord, type Reply } from './reply-record';
import type { Billing, ConversationStore, HistoryMessage } from './store';
import type { MessageMetadata } from './tables';
import type { TurnEvent } from './turn-events';
import { TurnLedger } from './turn-ledger';
import { DEFAULT_TURN_LIMITS, TurnTimeouts, type TurnLimits } from './turn-timeouts';
import { untilAborted } from './until-aborted';

export interface TurnAgent {
  id: string;
  name: string;
  systemPrompt: string;
  /** `vendor/model`; null is the default model. */
  model: string | null;
  tools: string[];
  /** What the model is asked with, such as temperature; what it does not know it ignores. */
  settings?: ModelSettings;
}

export interface RunTurnInput {
  workspaceId: string;
  conversationId: string;
  agent: TurnAgent;
  text: string;
  /** Given by callers that retry or show the message before it is stored. */
  userMessageId?: string;
  /** Given by callers that amend the reply later, for example to what was played before an interruption. */
  replyMessageId?: string;
  turnId: string;
  timeZone: string;
  signal: AbortSignal;
  traceparent?: string;
  userMetadata?: MessageMetadata;
  /** Whom the turn is written down to; absent where nobody is known. */
  billing?: Billing;
  /** What an external agent is told of the caller. */
  caller?: { sessionId?: string; clientId?: string };
  store: ConversationStore;
}

export interface RunTurnDeps {
  models: Models;
  providerKeys: VendorKeySource;
  tools: ToolRunner;
  /** Without it, what was sent along is only named. */
  files?: PromptFiles;
  clock: Clock;
  logger: Logger;
  /** Absent: nobody counts the money. */
  budgets?: Pick<BudgetGuard, 'assertMaySpend' | 'spent'>;
  limits?: Partial<TurnLimits>;
}

/**
 * One turn: stores what was said, asks the model, runs its tools, yields what happens, stores the reply and its usage.
 *
 * asked ──▶ answering ──▶ complete                     `final` is yielded after the reply is stored
 *              ├────────▶ interrupted                  signal aborted, or the consumer left: what was said so far is kept
 *              └────────▶ failed                       provider, time-out: kept with the error beside it, then thrown
 *
 * The provider's request is aborted in every case but `complete`, where it has ended by itself.
 */
export async function* runTurn(input: RunTurnInput, deps: RunTurnDeps): AsyncGenerator<TurnEvent> {
  const { store, workspaceId, conversationId, turnId } = input;
  const messageId = input.replyMessageId ?? newId();

  // The question is written while the history is read and the model thinks: nothing is told before it is stored, and
  // whether it is among what is read makes no difference to the prompt.
  const reading = store.history(conversationId);
  const stored = store.addMessage({
    id: input.userMessageId ?? newId(), workspaceId, conversationId, turnId, role: 'user', content: input.text, createdAt: deps.clock.now(),
    ...(input.userMetadata === undefined ? {} : { metadata: input.userMetadata }),
  });
  for (const work of [reading, stored]) work.catch(() => {}); // said below

  const limits = { ...DEFAULT_TURN_LIMITS, ...deps.limits };
  const record = new ReplyRecord({
    workspaceId, conversationId, turnId, messageId, agentId: input.agent.id, billing: input.billing, store, asked: stored,
    clock: deps.clock, logger: deps.logger, budgets: deps.budgets, limits,
  });
  const stop = new AbortController();
  try {
    input.signal.throwIfAborted();
    await deps.budgets?.assertMaySpend({ workspaceId, agentId: input.agent.id, apiKeyId: input.billing?.apiKeyId });
    const chosen = record.model = deps.models.choose(input.agent.model, await deps.providerKeys.of(workspaceId));
    const history = await reading;
    const messages = fitHistory({ history, text: input.text, system: input.agent.systemPrompt, quoted: await quoteFiles(input, deps, { history, chosen }) });
    const ledger = record.ledger = new TurnLedger({ system: input.agent.systemPrompt, messages });
    for await (const event of answer(input, deps, { chosen, messages, reply: record.reply, ledger, limits, stop: stop.signal })) {
      record.grows();
      await stored;
      yield event;
    }
    await record.settle('complete');
    yield { type: 'final', messageId, text: record.reply.text, provider: chosen.provider, model: chosen.model, usage: ledger.total, toolCalls: record.reply.toolCalls };
  } catch (thrown) {
    const error = input.signal.aborted ? new AppError('cancelled', 'Cancelled', { cause: thrown }) : toAppError(thrown);
    if (error.kind !== 'cancelled') deps.logger.warn({ conversationId, turnId, model: record.model?.model, kind: error.kind, err: error }, 'turn failed');
    await record.settle(error.kind === 'cancelled' ? 'interrupted' : 'failed', error.kind === 'cancelled' ? cutOffBy(input.signal) : error);
    throw error;
  } finally {
    stop.abort();
    // Reached unsettled only when the consumer left the loop: generator.return() runs nothing but this block.
    await record.settle('interrupted');
  }
}

/** Why it was cut off, where nobody wished it: it is told to whoever sends it again, who is answered anew where that can help. */
const cutOffBy = ({ reason }: AbortSignal): AppError | undefined => (reason instanceof AppError && reason.kind !== 'cancelled' ? reason : undefined);

async function quoteFiles({ workspaceId, conversationId, text, userMetadata, signal }: RunTurnInput, { files }: RunTurnDeps, { history, chosen }: { history: HistoryMessage[]; chosen: ChosenModel }) {
  const sent = filesOf(history, userMetadata?.files);
  if (!files || sent.length === 0) return null;
  return files.quote({ workspaceId, conversationId, files: sent, question: text, takesImage: (mediaType) => takesImage(chosen, mediaType), signal });
}

type Answering = { chosen: ChosenModel; messages: ReturnType<typeof fitHistory>; reply: Reply; ledger: TurnLedger; limits: TurnLimits; stop: AbortSignal };

/** The model's part; whatever goes wrong here is the provider's failure. */
async function* answer(input: RunTurnInput, deps: RunTurnDeps, answering: Answering): AsyncGenerator<TurnEvent> {
  try {
    yield* stream(input, deps, answering);
  } catch (thrown) {
    throw providerError(thrown, answering.chosen.provider);
  }
}

/** Streams text and tool calls into `reply` and to the consumer. */
async function* stream(input: RunTurnInput, deps: RunTurnDeps, { chosen, messages, reply, ledger, limits, stop }: Answering): AsyncGenerator<TurnEvent> {
  using timeouts = new TurnTimeouts(limits, chosen.provider);
  const signal = AbortSignal.any([input.signal, stop, timeouts.signal]);
  const available = deps.tools.list(input.agent.tools);
  const labels = new Map(available.map((tool) => [tool.name, tool.label]));
  const startedAt = new Map<string, number>();

  const { fullStream } = streamText({
    model: retrying(chosen.languageModel, { maxRetries: limits.maxRetries, longestWaitMs: limits.firstTokenMs / 2 }),
    messages,
    ...(input.agent.systemPrompt === '' ? {} : { system: input.agent.systemPrompt }),
    tools: modelTools(available, deps.tools, { workspaceId: input.workspaceId, conversationId: input.conversationId, timeZone: input.timeZone }, signal),
    stopWhen: stepCountIs(limits.maxSteps),
    ...input.agent.settings,
    maxRetries: 0, // `retrying` does it, with waits fit for a conversation
    abortSignal: signal,
    ...(input.traceparent === undefined ? {} : { headers: { traceparent: input.traceparent } }),
    providerOptions: { parley: { conversationId: input.conversationId, ...input.caller } },
    onError: () => {}, // the error part below says it; the default would print the vendor's text
  });

  let newStep = false;
  let unfinished: AppError | undefined;
  ledger.asked();
  timeouts.request(); // not at `start-step`, which comes with the first answer and so never for a silent model
  for await (const part of untilAborted(fullStream, signal)) {
    switch (part.type) {
      case 'start-step':
        newStep = reply.text !== '';
        ledger.answered();
        break;
      case 'text-delta': {
        timeouts.progress();
        if (part.text === '') break;
        ledger.answered(part.text);
        reply.firstTokenAt ??= deps.clock.monotonic();
        // What is said before a tool call and after it are two sentences.
        const text = newStep && !/\s$/.test(reply.text) && !/^\s/.test(part.text) ? ` ${part.text}` : part.text;
        newStep = false;
        reply.text += text;
        timeouts.pause(); // what the consumer takes its time for is not the model's silence
        yield { type: 'text-delta', text };
        timeouts.progress();
        break;
      }
      case 'tool-call': {
        timeouts.pause();
        const args = asArgs(part.input);
        ledger.answered(part.toolName + JSON.stringify(args));
        const label = labels.get(part.toolName) ?? part.toolName;
        reply.toolCalls.push({ id: part.toolCallId, name: part.toolName, label, args });
        startedAt.set(part.toolCallId, deps.clock.monotonic());
        yield { type: 'tool-call', id: part.toolCallId, name: part.toolName, args, label };
        break;
      }
      case 'tool-result':
      case 'tool-error': {
        const record = reply.toolCalls.find(({ id }) => id === part.toolCallId);
        if (!record) break;
        record.durationMs = Math.round(deps.clock.monotonic() - (startedAt.get(part.toolCallId) ?? deps.clock.monotonic()));
        if (part.type === 'tool-result') record.result = part.output;
        else record.error = 'The call was not valid.';
        ledger.toolGave(record.result ?? record.error);
        yield { type: 'tool-result', id: record.id, name: record.name, record };
        break;
      }
      case 'finish-step':
        timeouts.request(); // the next request leaves at once, unless `finish` follows
        ledger.counted(part.usage);
        if (part.finishReason === 'tool-calls') ledger.asked();
        break;
      case 'error':
        signal.throwIfAborted();
        throw part.error;
      case 'abort':
        signal.throwIfAborted();
        throw new AppError('cancelled', 'Cancelled');
      case 'finish':
        ledger.finished();
        unfinished = unfinishedAnswer(part, chosen.provider);
        break;
      case 'reasoning-delta':
        ledger.answered(part.text);
        timeouts.progress();
        break;
      case 'reasoning-start':
      case 'tool-input-start':
      case 'tool-input-delta':
        timeouts.progress(); // not for the person, but the model is alive
        break;
    }
  }
  signal.throwIfAborted();
  if (unfinished) throw unfinished;
  if (reply.text.trim() === '') throw new AppError('upstream_rejected', reply.toolCalls.length > 0 ? `The ${chosen.provider} provider used tools without coming to an answer.` : `The ${chosen.provider} provider gave an empty answer.`, { details: { reason: 'empty_answer' } });
}

const asArgs = (input: unknown): Record<string, unknown> => (typeof input === 'object' && input !== null && !Array.isArray(input) ? (input as Record<string, unknown>) : {});
