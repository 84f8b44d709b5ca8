import type { IncomingHttpHeaders } from 'node:http';
import type { Services } from '../api/context';
import { idempotencyKeyOf } from '../api/idempotency-key';
import type { Principal } from '../auth/principal';
import { messageIdsOf, turnIdOf, type ChatRun, type OpenedChat } from '../chat';
import type { MessageFile } from '../conversations/tables';
import { aiError } from './ai-error';
import type { ChatInput } from './contract';
import { assertLabel, labelOf } from './user-label';

export interface BeginTurnOptions {
  services: Pick<Services, 'chat' | 'files'>;
  principal: Principal;
  input: ChatInput;
  headers: IncomingHttpHeaders;
  signal: AbortSignal;
  /** In place of the header. */
  key?: string | undefined;
  graceMs?: number;
}

const nameOf = ({ name, media_type: type }: NonNullable<ChatInput['attachments']>[number], index: number) => name?.trim() || `attachment-${index + 1}.${type.split(/[/;+]/)[1] ?? 'bin'}`;

async function filesOf({ services: { files }, input, signal }: BeginTurnOptions, { conversation: { id, workspaceId } }: OpenedChat): Promise<MessageFile[]> {
  const kept: MessageFile[] = [];
  for (const fileId of input.file_ids ?? []) {
    const { row } = await files.open({ workspaceId, conversationId: id, fileId });
    kept.push({ id: row.id, fileIndex: row.fileIndex, name: row.name, mediaType: row.mediaType, kind: row.kind, sizeBytes: row.sizeBytes, pageCount: row.pageCount });
  }
  for (const [index, attachment] of (input.attachments ?? []).entries())
    kept.push(await files.attach({ workspaceId, conversationId: id, name: nameOf(attachment, index), data: Buffer.from(attachment.data_b64, 'base64'), signal }));
  return kept;
}

/** A turn of /ai: what a request that was sent before began, or a new one. */
export async function beginTurn(options: BeginTurnOptions): Promise<ChatRun> {
  try {
    return await begin(options);
  } catch (error) {
    throw aiError(error);
  }
}

async function begin(options: BeginTurnOptions): Promise<ChatRun> {
  const { services: { chat }, principal, input, headers, graceMs = 0 } = options;
  const userLabel = labelOf(principal, input.user_id);
  const key = options.key ?? idempotencyKeyOf(headers);
  const turnId = key === undefined ? undefined : turnIdOf(principal, key);
  const { message: text = '', retry_message_id: retryMessageId } = input;
  const before = turnId === undefined ? null : await chat.recall(principal, turnId, retryMessageId === undefined ? text : undefined);
  if (before) return before;

  const opened = await chat.open({
    principal, conversationId: input.conversation_id, userLabel, agent: { id: input.agent_id, slug: input.agent_slug }, mayContinue: assertLabel(principal, userLabel),
    ...(turnId === undefined ? {} : { newConversationId: messageIdsOf(principal, turnId).newConversationId }),
  });
  try {
    const { traceparent } = headers;
    return await chat.start(opened, {
      text, files: await filesOf(options, opened), turnId, retryMessageId, graceMs, traceparent: typeof traceparent === 'string' ? traceparent : undefined,
    });
  } catch (error) {
    await chat.discard(opened).catch(() => {}); // what went wrong before counts
    throw error;
  }
}
