import type { VendorKeys, VendorKeySource } from '../llm';
import type { Clock } from '../platform/clock';
import type { Vendor } from '../platform/config';
import type { Database } from '../platform/db/client';
import { AppError } from '../platform/errors';
import type { Logger } from '../platform/logger';
import type { Secret } from '../platform/secret';
import { within } from '../platform/within';
import { findSecrets, type SecretBox, type StoredSecret } from '../secrets';
import { SECRET_NAMES, vendorOf } from './vendor-secrets';

/** How long another process may go on using a key that was changed or removed. */
export const KEYS_MAX_AGE_MS = 5_000;
/** A turn begins with the person waiting: past this the keys of a moment ago have to do. */
const READ_TIMEOUT_MS = 1_000;
/** With nothing to fall back on there is more to wait for; still within what a person waits for an answer. */
const FIRST_READ_TIMEOUT_MS = 5_000;
/** Workspaces whose keys are remembered; the one asked for longest ago goes first. */
const MOST_WORKSPACES = 1_000;

interface Remembered {
  keys?: VendorKeys;
  /** Of the question, not of the answer: a change after it may be missing. */
  readAt: number;
  reading?: Promise<VendorKeys> | undefined;
  /** What each key was opened from, so that a key that did not change stays the same object, and keeps its clients. */
  opened: Map<string, { ciphertext: string; secret: Secret | AppError }>;
}

export interface WorkspaceKeysDeps {
  db: Database;
  box: SecretBox;
  clock: Clock;
  logger: Pick<Logger, 'warn'>;
  timeoutMs?: number;
}

/**
 * The vendor keys of workspaces, for turns: one small query at most every five seconds, never one a token. While the
 * database does not answer, what was known before goes on counting: nobody can have changed it meanwhile.
 */
export class WorkspaceKeys implements VendorKeySource {
  readonly #known = new Map<string, Remembered>();

  constructor(private readonly deps: WorkspaceKeysDeps) {}

  async of(workspaceId: string): Promise<VendorKeys> {
    const { clock, logger } = this.deps;
    const known = this.#remember(workspaceId);
    const timeoutMs = this.deps.timeoutMs ?? (known.keys ? READ_TIMEOUT_MS : FIRST_READ_TIMEOUT_MS);
    if (known.keys && clock.monotonic() - known.readAt < KEYS_MAX_AGE_MS) return known.keys;
    const reading = (known.reading ??= this.#read(workspaceId, known));
    try {
      return await within(reading, timeoutMs, 'The database did not answer in time');
    } catch (error) {
      if (!known.keys) throw new AppError('unavailable', 'The database is not available', { cause: error });
      logger.warn({ err: error, workspaceId }, 'provider keys could not be read; those of before go on counting');
      return known.keys;
    } finally {
      if (known.reading === reading) known.reading = undefined; // one that hangs, too: the next turn asks anew
    }
  }

  /** A key was changed here: the next turn reads it, whatever a question under way may still answer. */
  forget(workspaceId: string): void {
    this.#known.delete(workspaceId);
  }

  #remember(workspaceId: string): Remembered {
    const known = this.#known.get(workspaceId) ?? { readAt: 0, opened: new Map() };
    this.#known.delete(workspaceId); // to the end: the first of the map is the one asked for longest ago
    this.#known.set(workspaceId, known);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= MOST_WORKSPACES) break;
      this.#known.delete(oldest);
    }
    return known;
  }

  async #read(workspaceId: string, known: Remembered): Promise<VendorKeys> {
    const readAt = this.deps.clock.monotonic();
    const rows = await findSecrets(this.deps.db, { workspaceId, names: SECRET_NAMES });
    const opened: Remembered['opened'] = new Map();
    const keys = new Map<Vendor, Secret | AppError>();
    for (const row of rows) {
      const before = known.opened.get(row.name);
      const entry = before?.ciphertext === row.ciphertext ? before : { ciphertext: row.ciphertext, secret: this.#open(row) };
      opened.set(row.name, entry);
      const vendor = vendorOf(row.name);
      if (vendor) keys.set(vendor, entry.secret);
    }
    if (!known.keys || readAt >= known.readAt) Object.assign(known, { keys, readAt, opened }); // an answer that was given up may come after a newer one
    return keys;
  }

  /** One key that cannot be opened must not take the others along. */
  #open(row: StoredSecret): Secret | AppError {
    try {
      return this.deps.box.open(row, row);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      this.deps.logger.warn({ workspaceId: row.workspaceId, secret: row.name, reason: error.message }, 'a provider key cannot be read');
      return error;
    }
  }
}
