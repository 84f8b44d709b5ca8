import postgres from 'postgres';
import type { Logger } from '../logger';

export interface ListenOptions {
  url: string;
  /** For `pg_stat_activity`. */
  name: string;
  /** Called with every notification, and when notifications may have been missed. */
  channels: Record<string, () => void>;
  logger: Logger;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 5_000;

/*
 *   connecting ── LISTEN done (everybody is woken) ──▶ listening ── connection lost ──▶ waiting ── 0.5 … 5 s ──▶ connecting
 *   any ── close ──▶ closed
 * Notifications, over a connection of their own: the driver's own `listen` dies with the pool that openDatabase retires,
 * and tries again in a hot loop while the server is away. They wake somebody up, who then looks; nothing rests on them.
 */
export function listenTo({ url, name, channels, logger }: ListenOptions): { close(): Promise<void> } {
  let closed = false;
  let waitMs = FIRST_WAIT_MS;
  let timer: NodeJS.Timeout | undefined;
  let current: postgres.Sql | undefined;

  const again = (sql: postgres.Sql) => {
    if (closed || current !== sql) return;
    current = undefined;
    void sql.end({ timeout: 0 }).catch(() => {});
    timer = setTimeout(connect, waitMs);
    waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
  };

  function connect(): void {
    const options = {
      max: 1, connect_timeout: 10, idle_timeout: 0, max_lifetime: null, fetch_types: false, backoff: () => 0,
      connection: { application_name: name }, onnotice: () => {},
      onnotify: (channel: string) => channels[channel]?.(),
      onclose: () => again(sql),
    };
    const sql = postgres(url, options);
    current = sql;
    sql.unsafe(Object.keys(channels).map((channel) => `LISTEN "${channel}"`).join('; ')).simple().then(() => {
      waitMs = FIRST_WAIT_MS;
      for (const wake of Object.values(channels)) wake();
    }, (error: unknown) => {
      logger.debug({ err: error }, 'notifications cannot be heard');
      again(sql);
    });
  }

  connect();
  return {
    async close() {
      closed = true;
      clearTimeout(timer);
      await current?.end({ timeout: 1 }).catch(() => {});
    },
  };
}
