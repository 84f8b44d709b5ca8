import { parameterStatus } from './messages';
import type { Settings } from './session-settings';

/** Settings whose values a server reports when a connection begins and when they change. PGlite, being single-user, reports none. */
const REPORTED = ['server_version', 'server_encoding', 'client_encoding', 'DateStyle', 'IntervalStyle', 'TimeZone', 'integer_datetimes', 'standard_conforming_strings', 'in_hot_standby', 'default_transaction_read_only', 'search_path', 'scram_iterations'];

export const REPORTED_SQL = `SELECT name, setting FROM pg_catalog.pg_settings WHERE name IN (${REPORTED.map((name) => `'${name}'`).join(',')})`;

/** ReadyForQuery is always the last message, and always this long. */
const READY_BYTES = 6;

export class ParameterReports {
  readonly #defaults: Map<string, string>;

  constructor(rows: (string | null)[][]) {
    this.#defaults = new Map(rows.map(([name, value]) => [name ?? '', value ?? '']));
  }

  greeting(settings: Settings): Buffer {
    const values = [...this.#defaults.keys()].map((name) => parameterStatus(name, this.#valueOf(name, settings)));
    return Buffer.concat([...values, parameterStatus('is_superuser', 'on'), parameterStatus('session_authorization', 'postgres')]);
  }

  /** The output with what has changed reported before its ReadyForQuery. */
  insert(output: Buffer, before: Settings, after: Settings): Buffer {
    if (before === after) return output;
    const changed = [...this.#defaults.keys()].filter((name) => this.#valueOf(name, before) !== this.#valueOf(name, after));
    if (changed.length === 0) return output;
    const end = output.length - READY_BYTES;
    return Buffer.concat([output.subarray(0, end), ...changed.map((name) => parameterStatus(name, this.#valueOf(name, after))), output.subarray(end)]);
  }

  /** Clients write names as they like in their start-up packet. */
  #valueOf(name: string, settings: Settings): string {
    const own = settings.get(name) ?? settings.get(name.toLowerCase());
    return own ?? this.#defaults.get(name) ?? '';
  }
}
