import { desc, eq } from 'drizzle-orm';
import pLimit from 'p-limit';
import type { Database } from '../platform/db/client';
import { AppError } from '../platform/errors';
import { newId } from '../platform/ids';
import { boundedTransaction, type Transaction } from './bounded-transaction';
import { isPassing } from '../platform/db/database-failure';
import { MOST_HISTORY_MESSAGES, type ConversationStore, type HistoryMessage } from './store';
import { messages } from './tables';
import { writeRecords, type StoreRecord } from './write-records';

/** Two of the ten connections stay for whoever reads: a thousand turns at once must not stand before everybody else. */
const AT_ONCE = 8;
/** Nobody's turn by then: the database is away, or hopelessly behind. */
const LONGEST_WAIT_MS = 15_000;
/** Of replies that are being written; there is always a next one. */
const CHECKPOINTS_AT_ONCE = 2;

/** Writes through: a resolved promise means stored. Many at once take turns, and the time of each counts from its turn. */
export function databaseStore(db: Database): ConversationStore {
  const limit = pLimit(AT_ONCE);
  const inTurn = <T>(work: (tx: Transaction) => Promise<T>): Promise<T> => {
    const asked = performance.now();
    return named(limit(() => {
      if (performance.now() - asked > LONGEST_WAIT_MS) throw new AppError('unavailable', 'The database is busy; try again shortly', { retryAfterSeconds: 5 });
      return boundedTransaction(db, work);
    }));
  };
  let checkpointing = 0;
  const write = (record: StoreRecord) => inTurn((tx) => writeRecords(tx, [record]));
  return {
    startConversation: (conversation) => write({ type: 'start', conversationId: conversation.id, conversation }),
    history: (conversationId) => inTurn((tx) => readHistory(tx, conversationId)),
    addMessage: (message) => write({ type: 'message', conversationId: message.conversationId, message }),
    async checkpoint(checkpoint) {
      if (checkpointing >= CHECKPOINTS_AT_ONCE || limit.pendingCount > 0) return false;
      checkpointing++;
      await write({ type: 'checkpoint', conversationId: checkpoint.message.conversationId, checkpoint }).finally(() => { checkpointing--; });
      return true;
    },
    amendMessage: (amendment) => write({ type: 'amend', conversationId: amendment.conversationId, amendment }),
    addUsage: (rows) => write({ type: 'usage', conversationId: rows[0]?.conversationId ?? null, rows: rows.map((row) => ({ id: newId(), ...row })) }),
    endConversation: (end) => write({ type: 'end', conversationId: end.id, end }),
  };
}

/** A database that is away is `unavailable`, not a bug. */
async function named<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw isPassing(error) ? new AppError('unavailable', 'The database is not available', { cause: error }) : error;
  }
}

export interface StoredMessage extends HistoryMessage {
  id: string;
}

/** The newest messages, oldest first, without replies that another one has taken the place of. */
export async function readHistory(db: Database | Transaction, conversationId: string): Promise<StoredMessage[]> {
  const newest = await db.select({ id: messages.id, role: messages.role, content: messages.content, metadata: messages.metadata })
    .from(messages).where(eq(messages.conversationId, conversationId)).orderBy(desc(messages.seq)).limit(MOST_HISTORY_MESSAGES);
  return newest.filter(({ metadata }) => metadata.replacedBy === undefined).reverse();
}
