import { and, asc, eq, inArray, lt, sql } from 'drizzle-orm';
import type { Principal } from '../auth/principal';
import { fileChunks, files } from '../files/tables';
import type { Database } from '../platform/db/client';
import { AppError } from '../platform/errors';
import { isUuid, newId } from '../platform/ids';
import type { BranchedConversation } from './contract';
import { assertOwns, lockConversation } from './managed-conversation';
import { ownerOf } from './owner';
import { readConversation } from './read-conversation';
import { conversations, isTold, messages, type MessageFile } from './tables';
import { branchTitle } from './title';

export interface BranchOptions {
  principal: Principal;
  conversationId: string;
  /** The first message that the branch does not have. */
  messageId: string;
  title?: string | undefined;
}

interface CopiedFile { from: string; to: string; pieces: number }

type BranchedFiles = BranchedConversation['files'];

/**
 * A conversation of its own with everything that was said before a message, to go on from there in another way. Replies
 * that were replaced or are being written stay behind; the files of the message itself come along, so that it can be said
 * in other words with them. Only one's own can be branched: the words of a caller must not get to stand under another
 * label, where an erasure would not find them.
 */
export async function branchConversation(db: Database, { principal, conversationId, messageId, title }: BranchOptions): Promise<BranchedConversation> {
  const { workspaceId } = principal;
  const branchId = newId();
  const { copied, own } = await db.transaction(async (tx) => {
    const source = await lockConversation(tx, { workspaceId, conversationId });
    assertOwns(principal, source);
    const [at] = isUuid(messageId) ? await tx.select({ seq: messages.seq, metadata: messages.metadata }).from(messages).where(and(eq(messages.conversationId, source.id), eq(messages.id, messageId))) : [];
    if (!at) throw new AppError('not_found', `Message ${messageId.slice(0, 64)} not found in this conversation`);
    await tx.insert(conversations).values({
      id: branchId, workspaceId, ...ownerOf(principal), agentId: source.agentId, channel: 'chat', title: title ?? branchTitle(source.title), status: 'ended',
      provider: source.provider, model: source.model, branchedFromId: source.id, branchedAtSeq: at.seq,
    });
    const count = await copyMessages(tx, { from: source.id, to: branchId, before: at.seq });
    await tx.update(conversations).set({ messageCount: count }).where(eq(conversations.id, branchId));
    return copyFileRows(tx, { from: source.id, to: branchId, own: at.metadata.files ?? [] });
  });
  try {
    for (const file of copied) await copyBytes(db, file);
  } catch (error) {
    await db.delete(conversations).where(eq(conversations.id, branchId));
    throw error;
  }
  return { ...await readConversation(db, { workspaceId, conversationId: branchId }), files: own };
}

/** Ids that follow from the old ones, so that messages of one turn stay of one turn; with the digits that make them version 8 (RFC 9562, section 5.8). */
const renamed = (column: typeof messages.id | typeof messages.turnId, branchId: string) =>
  sql`overlay(overlay(md5(${column}::text || ${branchId}::text) placing '8' from 13) placing '8' from 17)::uuid`;

async function copyMessages(tx: Database, { from, to, before }: { from: string; to: string; before: number }): Promise<number> {
  const copies = await tx.execute(sql`
    insert into ${messages} (id, workspace_id, conversation_id, seq, turn_id, role, content, status, provider, model, metadata, created_at)
    select ${renamed(messages.id, to)}, workspace_id, ${to}::uuid, row_number() over (order by seq), ${renamed(messages.turnId, to)}, role, content, status, provider, model, metadata, created_at
    from ${messages} where ${and(eq(messages.conversationId, from), lt(messages.seq, before), isTold(), sql`not ${messages.metadata} ? 'replacedBy'`)}
    returning seq`);
  return copies.length;
}

/** Those that the copied messages brought, and `own`, under new ids; they count once their bytes are there. */
async function copyFileRows(tx: Database, { from, to, own }: { from: string; to: string; own: MessageFile[] }): Promise<{ copied: CopiedFile[]; own: BranchedFiles }> {
  const carriers = await tx.select({ id: messages.id, metadata: messages.metadata }).from(messages)
    .where(and(eq(messages.conversationId, to), sql`${messages.metadata} ? 'files'`)).orderBy(asc(messages.seq));
  const named = [...carriers.flatMap(({ metadata }) => metadata.files ?? []), ...own].map(({ id }) => id).filter(isUuid);
  if (named.length === 0) return { copied: [], own: [] };
  const rows = await tx.select().from(files).where(and(eq(files.conversationId, from), inArray(files.id, named), eq(files.state, 'ready')));
  const newIds = new Map(rows.map(({ id }) => [id, newId()]));
  if (rows.length > 0) await tx.insert(files).values(rows.map(({ id, createdAt: _createdAt, ...row }) => ({ ...row, id: newIds.get(id)!, conversationId: to, state: 'processing' as const })));
  for (const { id, metadata } of carriers) {
    const theirs: MessageFile[] = (metadata.files ?? []).map((file) => ({ ...file, id: newIds.get(file.id) ?? file.id }));
    await tx.update(messages).set({ metadata: { ...metadata, files: theirs } }).where(eq(messages.id, id));
  }
  const copied: CopiedFile[] = [];
  for (const { id } of rows) copied.push({ from: id, to: newIds.get(id)!, pieces: await tx.$count(fileChunks, eq(fileChunks.fileId, id)) });
  return {
    copied,
    own: own.flatMap(({ id, name, mediaType, kind, sizeBytes, pageCount, fileIndex }) => {
      const to = newIds.get(id);
      return to === undefined ? [] : [{ id: to, name, media_type: mediaType, kind, size_bytes: sizeBytes, page_count: pageCount, file_index: fileIndex }];
    }),
  };
}

/** A statement for each piece: the embedded database runs one at a time, and others wait behind it. */
async function copyBytes(db: Database, { from, to, pieces }: CopiedFile): Promise<void> {
  for (let position = 0; position < pieces; position++)
    await db.execute(sql`insert into ${fileChunks} (file_id, position, bytes) select ${to}::uuid, position, bytes from ${fileChunks} where ${and(eq(fileChunks.fileId, from), eq(fileChunks.position, position))}`);
  await db.update(files).set({ state: 'ready' }).where(eq(files.id, to));
}
