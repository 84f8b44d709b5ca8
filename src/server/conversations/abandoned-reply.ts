import { lt, sql } from 'drizzle-orm';
import { messages, type MessageMetadata, type MessageStatus } from './tables';
import { DEFAULT_TURN_LIMITS } from './turn-timeouts';

/*
 * How a reply is known whose writer is gone: first it grows old as it was put down last, then the job that settles it
 * (jobs/settle-unfinished-replies.ts) marks it `STOPPED`. One that was cut off by a shutdown, or because nobody listened, has a mark of the same kind at once.
 */

/** By the database's clock. A database with much to do takes no checkpoints, for as long as that lasts: only a whole turn's time says that nobody writes any more. */
const WRITER_GONE_MS = DEFAULT_TURN_LIMITS.totalMs + 30_000;

export const STOPPED = { kind: 'unavailable', message: 'Parley was stopped while it answered.' } as const;

export const isAbandoned = (goneMs = WRITER_GONE_MS) => lt(messages.checkpointedAt, sql`now() - ${`${goneMs} milliseconds`}::interval`);

/** Its process was ended or killed, whether that is settled yet or not, or its reader was gone. Who lives in this process is asked elsewhere, and first. */
export const wasLost = ({ status, checkpointedAt, metadata: { error } }: { status: MessageStatus; checkpointedAt: Date | null; metadata: MessageMetadata }): boolean =>
  checkpointedAt !== null || (status === 'interrupted' && error?.kind === STOPPED.kind);
