import type { IncomingHttpHeaders } from 'node:http';
import type { Services } from '../api/context';
import { idempotencyKeyOf } from '../api/idempotency-key';
import type { Principal } from '../auth/principal';
import { turnIdOf, type ChatRun, type OpenedChat, type StartTurnInput } from '../chat';
import { isOwnedBy } from '../conversations/owner';
import { getModel } from './get-model';
import { getThread, threadNotFound } from './get-thread';

export interface OpenThreadOptions {
  services: Pick<Services, 'db' | 'chat'>;
  principal: Principal;
  threadId: string;
  /** Absent: who answered last, else the default agent. */
  modelId: string | undefined;
}

/** Whom the thread belongs to, and who answers in it; nothing is said yet. */
export async function openThread({ services, principal, threadId, modelId }: OpenThreadOptions): Promise<OpenedChat> {
  const model = modelId === undefined ? undefined : await getModel(services.db, { principal, modelId });
  const thread = await getThread(services.db, { principal, threadId });
  return services.chat.open({
    principal, conversationId: thread.id, userLabel: principal.label, agent: model && { id: model.id },
    mayContinue: (row) => { if (!isOwnedBy(principal, row)) throw threadNotFound(); },
  });
}

export interface BeginRunOptions {
  services: Pick<Services, 'chat'>;
  opened: OpenedChat;
  text: string;
  files?: StartTurnInput['files'];
  headers: IncomingHttpHeaders;
}

/** With an `Idempotency-Key`, a request that is sent again listens to what its first try began. */
export function beginRun({ services, opened, text, files, headers }: BeginRunOptions): Promise<ChatRun> {
  const { traceparent } = headers;
  const key = idempotencyKeyOf(headers);
  return services.chat.start(opened, {
    text,
    ...(files ? { files } : {}),
    ...(key !== undefined ? { turnId: turnIdOf(opened.principal, key) } : {}),
    ...(typeof traceparent === 'string' ? { traceparent } : {}),
  });
}
