import { readText } from './frames';

/** The few protocol messages that the multiplexer writes or reads itself. */

export const SSL_REQUEST = 80877103;
export const GSS_REQUEST = 80877104;
export const CANCEL_REQUEST = 80877102;

export function frame(type: string, ...parts: (Buffer | string)[]): Buffer {
  const bodies = parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part));
  const head = Buffer.alloc(5);
  head.write(type, 0, 'latin1');
  head.writeInt32BE(4 + bodies.reduce((sum, body) => sum + body.length, 0), 1);
  return Buffer.concat([head, ...bodies]);
}

const NO_PARAMETER_TYPES = Buffer.alloc(2);

export const query = (sql: string) => frame('Q', `${sql}\0`);
export const parse = (name: string, sql: string) => frame('P', `${name}\0${sql}\0`, NO_PARAMETER_TYPES);
export const sync = () => frame('S');
export const closeStatement = (name: string) => frame('C', `S${name}\0`);
export const readyForQuery = (status: string) => frame('Z', status);
export const parameterStatus = (name: string, value: string) => frame('S', `${name}\0${value}\0`);
export const authenticationOk = () => frame('R', Buffer.from([0, 0, 0, 0]));
export const askForPassword = () => frame('R', Buffer.from([0, 0, 0, 3]));
/** Text format, number of columns unknown: clients send bytes and do not look. */
export const copyInResponse = () => frame('G', Buffer.from([0, 0, 0]));

export const fatalResponse = (sqlState: string, message: string) => frame('E', `SFATAL\0VFATAL\0C${sqlState}\0M${message}\0\0`);

export function backendKeyData(pid: number): Buffer {
  const body = Buffer.alloc(8);
  body.writeInt32BE(pid, 0);
  return frame('K', body);
}

/** The fields of a DataRow in text format. */
export function readDataRow(body: Buffer): (string | null)[] {
  const row: (string | null)[] = [];
  let at = 2;
  for (let left = body.readInt16BE(0); left > 0; left--) {
    const length = body.readInt32BE(at);
    at += 4;
    row.push(length < 0 ? null : body.toString('utf8', at, at + length));
    at += Math.max(length, 0);
  }
  return row;
}

/** The message field of an ErrorResponse. */
export function readErrorMessage(body: Buffer): string {
  for (let at = 0; at < body.length && body[at] !== 0;) {
    const [value, next] = readText(body, at + 1);
    if (body[at] === 'M'.charCodeAt(0)) return value;
    at = next;
  }
  return 'unknown error';
}

/** user, database, options and every setting that a client put into its start-up packet. */
export function readStartupParameters(body: Buffer): Map<string, string> {
  const parameters = new Map<string, string>();
  for (let at = 0; at < body.length && body[at] !== 0;) {
    const [name, afterName] = readText(body, at);
    const [value, next] = readText(body, afterName);
    parameters.set(name, value);
    at = next;
  }
  return parameters;
}

export const quoteLiteral = (text: string) => `${text.includes('\\') ? ' E' : ''}'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
export const quoteName = (name: string) => `"${name.replaceAll('"', '""')}"`;

/**
 * SQL that fails while it is parsed, with `message` in its error. Letting the server itself fail keeps the transaction
 * state and the "skip until Sync" rule right, which an error written by us would not.
 */
export const failingSql = (message: string) => `SELECT CAST(${quoteLiteral(message)} AS pg_catalog.int4)`;

/** The same for a simple query, with an SQLSTATE of its own. */
export const raisingSql = (sqlState: string, message: string) =>
  `DO ${quoteLiteral(`BEGIN RAISE EXCEPTION USING ERRCODE = ${quoteLiteral(sqlState)}, MESSAGE = ${quoteLiteral(message)}; END`)}`;
