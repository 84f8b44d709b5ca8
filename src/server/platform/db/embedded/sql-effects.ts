import { outlineOf } from './sql-outline';

/** What a piece of SQL may do to the session that all connections share. */
export interface SqlEffects {
  /** May change a setting beyond its transaction. */
  settings: boolean;
  /** Settings made up by the application ("app.user"): they are missing from pg_settings, so they are remembered by name. */
  customNames: string[];
  temp: boolean;
  /** Channel '*' means all. */
  listens: { channel: string; on: boolean }[];
  /** Where "FROM STDIN" begins and ends, when there is a COPY … FROM STDIN. */
  copyIn: { from: number; to: number } | null;
  discardAll: 'DISCARD ALL' | 'DEALLOCATE ALL' | null;
  /** Why this SQL must not reach the shared session. */
  refusal: string | null;
}

const NONE: SqlEffects = { settings: false, customNames: [], temp: false, listens: [], copyIn: null, discardAll: null, refusal: null };

/** Most SQL holds none of these words and is done with at once. */
const HINT = /\b(?:set|reset|discard|deallocate|listen|unlisten|copy|temp|temporary|set_config|pg_(?:try_)?advisory_(?:un)?lock\w*)\b/i;

const SETTING = /(?:^|;)\s*(?:set(?!\s+(?:local|transaction|constraints)\b)|reset|discard)\b/i;
const LISTEN = /(?:^|;)\s*(un)?listen\s+(?:"((?:[^"]|"")+)"|(\*|[\w$]+))/gi;
const COPY_IN = /(?:^|;)\s*copy\b[^;]*?\b(from\s+stdin)\b/gi;
const DISCARD = /^\s*(discard\s+all|deallocate\s+(?:prepare\s+)?all)\s*;?\s*$/i;
const SESSION_LOCK = /\bpg_(?:try_)?advisory_(?:lock|unlock)(?:_shared|_all)?\b/i;

export function effectsOf(sql: string): SqlEffects {
  if (!HINT.test(sql)) return NONE;
  const outline = outlineOf(sql);
  // A false alarm here only costs a look at the settings, so literals (the body of a DO block) count too.
  const settings = SETTING.test(outline) || /\bset_config\b/i.test(sql) || /\bdo\b[\s\S]*\bset\b/i.test(sql);
  const discard = DISCARD.exec(outline)?.[1];
  const copies = [...outline.matchAll(COPY_IN)];
  return {
    settings,
    customNames: settings ? [...sql.matchAll(/([a-z_]\w*\.[a-z_]\w*)["']?\s*(?:=|\bto\b|,)/gi)].map((match) => match[1]!.toLowerCase()) : [],
    temp: /\btemp(?:orary)?\b/i.test(outline),
    listens: [...outline.matchAll(LISTEN)].map((match) => ({ on: !match[1], channel: match[2]?.replaceAll('""', '"') ?? match[3]!.toLowerCase() })),
    copyIn: copies[0] ? { from: copies[0].index + copies[0][0].length - copies[0][1]!.length, to: copies[0].index + copies[0][0].length } : null,
    discardAll: discard ? (/^discard/i.test(discard) ? 'DISCARD ALL' : 'DEALLOCATE ALL') : null,
    refusal: refusalOf(outline, copies.length),
  };
}

function refusalOf(outline: string, copies: number): string | null {
  // All connections share one session, which never excludes itself: such a lock would seem to work and protect nothing.
  if (SESSION_LOCK.test(outline)) return 'session advisory locks do not work in the embedded database, use pg_advisory_xact_lock';
  if (copies > 1) return 'only one COPY FROM STDIN in a query';
  return null;
}
