import { quoteLiteral, quoteName } from './messages';

/** Session settings that differ from the server's own, by name. */
export type Settings = ReadonlyMap<string, string>;

export const NO_SETTINGS: Settings = new Map();

/** SQL that turns settings `from` into `to`; empty when nothing differs, which is the usual case. */
export function switchSettings(from: Settings, to: Settings): string {
  if (from === to) return '';
  const statements: string[] = [];
  for (const name of from.keys()) if (!to.has(name)) statements.push(`RESET ${name.split('.').map(quoteName).join('.')}`);
  for (const [name, value] of to)
    if (from.get(name) !== value) statements.push(`SELECT pg_catalog.set_config(${quoteLiteral(name)},${quoteLiteral(value)},false)`);
  return statements.join(';');
}

/** Reads back what a connection has set: cheaper and surer than understanding every SET, function and rollback. */
export function captureSql(customNames: Iterable<string>): string {
  const custom = [...customNames].map((name) => ` UNION ALL SELECT ${quoteLiteral(name)}, pg_catalog.current_setting(${quoteLiteral(name)}, true)`);
  return `SELECT name, setting FROM pg_catalog.pg_settings WHERE source = 'session' AND name <> 'application_name'
    UNION ALL SELECT 'role', pg_catalog.current_setting('role') WHERE pg_catalog.current_setting('role') <> 'none'${custom.join('')}`;
}

/** Start-up parameters that say who connects; the client's encoding is always UTF-8 and its name is only for display. */
const NOT_SETTINGS = new Set(['user', 'database', 'options', 'replication', 'client_encoding', 'application_name']);

/** The settings asked for in a start-up packet, by name or as `options=-c name=value`. */
export function startupSettings(parameters: Map<string, string>): Map<string, string> {
  const settings = new Map<string, string>();
  for (const [name, value] of parameters) if (!NOT_SETTINGS.has(name) && !name.startsWith('_pq_.')) settings.set(name, value);
  const options = parameters.get('options')?.match(/(?:\\.|\S)+/g) ?? [];
  for (let index = 0; index < options.length; index++) {
    const option = options[index]!;
    const assignment = option === '-c' ? options[++index] : /^(?:--|-c)/.test(option) ? option.slice(2) : undefined;
    const equals = assignment?.indexOf('=') ?? -1;
    if (assignment && equals > 0) settings.set(assignment.slice(0, equals).replaceAll('-', '_'), assignment.slice(equals + 1).replace(/\\(.)/g, '$1'));
  }
  return settings;
}
