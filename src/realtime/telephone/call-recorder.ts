import { setTimeout as delay } from 'node:timers/promises';
import type { FinishCallOptions, MoveCallOptions, NewCallEvent } from '@/server/calls';
import { isPassing } from '@/server/platform/db/database-failure';
import { newId } from '@/server/platform/ids';
import type { Logger } from '@/server/platform/logger';
import { within } from '@/server/platform/within';
import type { CallRecords } from './call-records';

export interface CallRecorderOptions {
  id: string;
  attemptId: string;
  records: Pick<CallRecords, 'move' | 'finish' | 'addEvents'>;
  logger: Logger;
  /** The record is no longer ours: somebody else has settled it. */
  onLost(): void;
}

type Move = Omit<MoveCallOptions, 'id' | 'attemptId' | 'agoMs'>;
type Event = Omit<NewCallEvent, 'id' | 'callId' | 'at'> & { at?: Date };
/** `at`: by the monotonic clock. */
type Entry = { type: 'move'; move: Move; at: number } | { type: 'finish'; end: FinishCallOptions['end']; at: number } | { type: 'event'; event: NewCallEvent };

/** What a hostile peer could make happen in a call has no end. */
const MAX_EVENTS = 300;
const MAX_MOVES = 20;
const FIRST_BACKOFF_MS = 100;
const LONGEST_BACKOFF_MS = 2_000;
/** One INSERT; the embedded database runs one statement at a time. */
const BATCH = 50;
/** A statement that is under way when its server dies may be kept for as long as the driver likes. */
const WRITE_LIMIT_MS = 10_000;
/** Refused for good: tried again this often, for reasons that were not told as passing. */
const MAX_REFUSALS = 3;

/*
 *             move, event, finish           written, nothing left
 *   idle ───────────────────────▶ writing ────────────────────────▶ idle
 *                                  │  ▲
 *                    database away ▼  │ back-off 100 ms … 2 s, the same again: every write may be repeated
 *                                 waiting
 *   any ── close ──▶ closed (what is left is left to the reaper)
 * The records of one call, in order and behind the call: audio and signalling never wait for the database.
 */
export class CallRecorder {
  readonly #queue: Entry[] = [];
  readonly #stop = new AbortController();
  #events = 0;
  #moves = 0;
  #writing: Promise<void> | undefined;
  #lost = false;
  #settle: (stored: boolean) => void = () => {};
  /** True once the end is stored; false when it could not be, or somebody else stored one. */
  readonly finished: Promise<boolean>;

  constructor(private readonly options: CallRecorderOptions) {
    this.finished = new Promise((resolve) => { this.#settle = resolve; });
  }

  move(move: Move): void {
    this.#moves += 1;
    if (this.#moves <= MAX_MOVES) this.#push({ type: 'move', move, at: performance.now() });
  }

  event({ at = new Date(), ...event }: Event): void {
    this.#events += 1;
    if (this.#events <= MAX_EVENTS) this.#push({ type: 'event', event: { ...event, at, id: newId(), callId: this.options.id } });
  }

  /** @param at when it was over, by the monotonic clock */
  finish(end: FinishCallOptions['end'], at = performance.now()): void { this.#push({ type: 'finish', end, at }); }

  /** Tries no longer. */
  close(): void {
    this.#stop.abort();
    this.#queue.length = 0;
    this.#settle(false);
  }

  #push(entry: Entry): void {
    if (this.#stop.signal.aborted) return;
    this.#queue.push(entry);
    this.#writing ??= this.#write();
  }

  async #write(): Promise<void> {
    let backoffMs = FIRST_BACKOFF_MS;
    let refusals = 0;
    while (this.#queue.length > 0 && !this.#stop.signal.aborted) {
      const taken = this.#next();
      try {
        await within(this.#store(taken), WRITE_LIMIT_MS, 'The database did not answer in time');
        this.#queue.splice(0, taken.length);
        [backoffMs, refusals] = [FIRST_BACKOFF_MS, 0];
      } catch (error) {
        if (this.#stop.signal.aborted) break;
        const log = { err: error, call: this.options.id, record: taken[0]!.type };
        if (!isPassing(error) && ++refusals >= MAX_REFUSALS) {
          this.options.logger.error(log, 'a record of a call was refused');
          this.#queue.splice(0, taken.length);
          if (taken[0]!.type === 'finish') this.#settle(false);
          refusals = 0;
          continue;
        }
        this.options.logger.warn({ ...log, backoffMs }, 'a record of a call waits');
        await delay(backoffMs, undefined, { signal: this.#stop.signal }).catch(() => {});
        backoffMs = Math.min(backoffMs * 2, LONGEST_BACKOFF_MS);
      }
    }
    this.#writing = undefined; // before anybody else runs: what comes from now on starts a writer of its own
  }

  /** Events that stand together are one write. */
  #next(): Entry[] {
    if (this.#queue[0]!.type !== 'event') return this.#queue.slice(0, 1);
    const other = this.#queue.findIndex(({ type }) => type !== 'event');
    return this.#queue.slice(0, Math.min(BATCH, other < 0 ? this.#queue.length : other));
  }

  async #store(entries: Entry[]): Promise<void> {
    const { id, attemptId, records } = this.options;
    const [first] = entries;
    if (first!.type === 'event') return records.addEvents(entries.flatMap((entry) => (entry.type === 'event' ? [entry.event] : [])));
    if (first!.type === 'finish') return this.#settle(await records.finish({ id, attemptId, end: first!.end, agoMs: performance.now() - first!.at }));
    if (!(await records.move({ id, attemptId, ...first!.move, agoMs: performance.now() - first!.at })) && !this.#lost) {
      this.#lost = true;
      this.options.onLost();
    }
  }
}
