import { json } from '../api/answer';
import { defineRoute } from '../api/define-route';
import type { ChatRun } from '../chat';
import { turnError } from './ai-error';
import { beginTurn } from './begin-turn';
import { chatInput, chatOutput, chatRoute as meta, type ChatOutput } from './contract';
import { presentUsage } from './present-usage';
import { turnCost } from './turn-cost';

/** Files arrive as base64, which takes a third more than they do; whatever is larger is uploaded. */
export const MAX_BODY_BYTES = 32_000_000;

/** Listens to the end, so that a caller who hangs up stops the provider. */
async function answerOf(run: ChatRun, signal: AbortSignal): Promise<Omit<ChatOutput, 'cost_usd'>> {
  const listening = run.events(run.lastEvent, signal);
  while (!(await listening.next()).done);
  const { error, status, text, responseTimeMs, provider, model, usage } = await run.done;
  if (error) throw turnError(error);
  return {
    message_id: run.messageId, content: text, conversation_id: run.conversationId, response_time_ms: responseTimeMs, provider, model,
    turn_id: run.turnId, user_message_id: run.userMessageId, status, usage: presentUsage(usage),
  };
}

export const chatRoute = defineRoute({
  meta,
  body: { kind: 'json', schema: chatInput, maxBytes: MAX_BODY_BYTES },
  answers: { 200: { description: 'The answer', content: { 'application/json': chatOutput } } },
  handle: async ({ services, principal, body, headers, signal }) => {
    const run = await beginTurn({ services, principal, input: body, headers, signal });
    const answer = await answerOf(run, signal);
    const cost = await turnCost(services.db, { workspaceId: principal.workspaceId, turnId: run.turnId }).catch(() => null); // the answer is there: its price may fail alone
    return json({ ...answer, cost_usd: cost } satisfies ChatOutput, { headers: { 'cache-control': 'no-store' } });
  },
});
