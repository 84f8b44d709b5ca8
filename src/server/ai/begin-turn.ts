import type { IncomingHttpHeaders } from 'node:http';
import type { Services } from '../api/context';
import { idempotencyKeyOf } from '../api/idempotency-key';
import type { Principal } from '../auth/principal';
import { messageIdsOf, turnIdOf, type ChatRun, type OpenedChat, type TurnFiles } from '../chat';
import type { MessageFile } from '../conversations/tables';
import { removeFile } from '../files/remove-file';
import { invalidField } from '../platform/errors';
import { aiError } from './ai-error';
import type { ChatInput } from './contract';
import { assertLabel, EVERYBODY, labelOf } from './user-label';

export interface BeginTurnOptions {
  services: Pick<Services, 'db' | 'chat' | 'files'>;
  principal: Principal;
  input: ChatInput;
  headers: IncomingHttpHeaders;
  signal: AbortSignal;
  /** In place of the header. */
  key?: string | undefined;
  graceMs?: number;
}

const nameOf = ({ name, media_type: type }: NonNullable<ChatInput['attachments']>[number], index: number) => name?.trim() || `attachment-${index + 1}.${type.split(/[/;+]/)[1] ?? 'bin'}`;

function filesOf({ services: { db, files }, input, signal }: BeginTurnOptions, { conversation: { id, workspaceId } }: OpenedChat): TurnFiles {
  const attached: MessageFile[] = [];
  return {
    async attach() {
      const uploaded: MessageFile[] = [];
      for (const fileId of input.file_ids ?? []) {
        const { row } = await files.open({ workspaceId, conversationId: id, fileId });
        uploaded.push({ id: row.id, fileIndex: row.fileIndex, name: row.name, mediaType: row.mediaType, kind: row.kind, sizeBytes: row.sizeBytes, pageCount: row.pageCount });
      }
      for (const [index, attachment] of (input.attachments ?? []).entries())
        attached.push(await files.attach({ workspaceId, conversationId: id, name: nameOf(attachment, index), data: Buffer.from(attachment.data_b64, 'base64'), signal }));
      return [...uploaded, ...attached];
    },
    async discard() {
      for (const file of attached) await removeFile(db, { workspaceId, fileId: file.id });
    },
  };
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
  const { services: { chat }, principal, input, headers } = options;
  const userLabel = labelOf(principal, input.user_id);
  const key = options.key ?? idempotencyKeyOf(headers);
  const turnId = key === undefined ? undefined : turnIdOf(principal, key);
  const { message: text = '', retry_message_id: retryMessageId, conversation_id: named } = input;
  if (!named && userLabel === EVERYBODY) throw invalidField('user_id', 'must be somebody: a new conversation cannot be everybody’s');
  const graceMs = input.grace_seconds === undefined ? options.graceMs : input.grace_seconds * 1_000;
  const before = turnId === undefined ? null : await chat.recall(principal, turnId, {
    conversationId: named ?? messageIdsOf(principal, turnId).newConversationId, text, retryMessageId, agent: { id: input.agent_id, slug: input.agent_slug },
  });
  if (before) return before;

  const opened = await chat.open({
    principal, conversationId: named, userLabel, agent: { id: input.agent_id, slug: input.agent_slug }, mayContinue: assertLabel(principal, userLabel),
    ...(turnId === undefined ? {} : { newConversationId: messageIdsOf(principal, turnId).newConversationId }),
  });
  try {
    const { traceparent } = headers;
    return await chat.start(opened, {
      text, files: filesOf(options, opened), turnId, retryMessageId, graceMs, traceparent: typeof traceparent === 'string' ? traceparent : undefined,
    });
  } catch (error) {
    await chat.discard(opened).catch(() => {}); // what went wrong before counts
    throw error;
  }
}
