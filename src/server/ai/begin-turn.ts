import type { IncomingHttpHeaders } from 'node:http';
import type { Services } from '../api/context';
import type { Principal } from '../auth/principal';
import { turnIdOf, type ChatRun } from '../chat';
import { invalidField } from '../platform/errors';
import type { ChatInput } from './contract';
import { assertLabel, labelOf } from './user-label';

const MAX_KEY_CHARACTERS = 255;

export interface BeginTurnOptions {
  services: Pick<Services, 'chat'>;
  principal: Principal;
  input: ChatInput;
  headers: IncomingHttpHeaders;
  graceMs?: number;
}

function idempotencyKey(headers: IncomingHttpHeaders): string | undefined {
  const key = headers['idempotency-key'];
  if (typeof key !== 'string' || key === '') return undefined;
  if (key.length > MAX_KEY_CHARACTERS) throw invalidField('Idempotency-Key', `must have at most ${MAX_KEY_CHARACTERS} characters`);
  return key;
}

export async function beginTurn({ services: { chat }, principal, input, headers, graceMs = 0 }: BeginTurnOptions): Promise<ChatRun> {
  const userLabel = labelOf(principal, input.user_id);
  const key = idempotencyKey(headers);
  const { traceparent } = headers;
  const opened = await chat.open({
    principal, conversationId: input.conversation_id, userLabel, agent: { id: input.agent_id, slug: input.agent_slug }, mayContinue: assertLabel(userLabel),
  });
  return chat.start(opened, {
    text: input.message, graceMs,
    ...(key === undefined ? {} : { turnId: turnIdOf(principal, key) }),
    ...(typeof traceparent === 'string' ? { traceparent } : {}),
  });
}
