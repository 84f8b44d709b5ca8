/**
 * Framing of the Postgres wire protocol, version 3 (PostgreSQL documentation, chapter "Frontend/Backend Protocol"):
 * what a client sends is cut into whole messages here, whatever the chunks it arrives in.
 */

/** Message types a client may send after start-up. A real server ends the connection on any other. */
const CLIENT_TYPES = new Set('QPBDECSHXdcfpF');

/** Longest start-up packet, and longest message before the password was checked: strangers get no memory from us. */
const MAX_STARTUP_BYTES = 10_000;

/** The client broke the protocol or a limit: it is told why, with this SQLSTATE, and its connection ends. */
export class ProtocolError extends Error {
  constructor(message: string, readonly sqlState = '08P01') {
    super(message);
  }
}

export interface Frame {
  type: string;
  /** The whole message. */
  raw: Buffer;
  /** The message without type and length. */
  body: Buffer;
}

export class FrameReader {
  #chunks: Buffer[] = [];
  #size = 0;
  #maxFrameBytes = MAX_STARTUP_BYTES;

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
  }

  /** Called once the client has proved who it is. */
  allowFramesOf(bytes: number): void {
    this.#maxFrameBytes = bytes;
  }

  /** The first packet of a connection has no type: length (which counts itself), code, rest. */
  nextStartup(): { code: number; body: Buffer } | null {
    if (this.#size < 8) return null;
    const length = this.#peek(8).readInt32BE(0);
    // This also catches a TLS ClientHello or an HTTP request sent to this port.
    if (length < 8 || length > MAX_STARTUP_BYTES) throw new ProtocolError('invalid length of startup packet');
    if (this.#size < length) return null;
    const raw = this.#take(length);
    return { code: raw.readInt32BE(4), body: raw.subarray(8) };
  }

  next(): Frame | null {
    if (this.#size < 1) return null;
    const type = String.fromCharCode(this.#peek(1)[0]!);
    if (!CLIENT_TYPES.has(type)) throw new ProtocolError(`invalid frontend message type ${type.charCodeAt(0)}`);
    if (this.#size < 5) return null;
    const length = this.#peek(5).readInt32BE(1) + 1;
    if (length < 5 || length > this.#maxFrameBytes) throw new ProtocolError('invalid message length');
    if (this.#size < length) return null;
    const raw = this.#take(length);
    return { type, raw, body: raw.subarray(5) };
  }

  #peek(bytes: number): Buffer {
    const first = this.#chunks[0]!;
    return first.length >= bytes ? first : this.#join();
  }

  #take(bytes: number): Buffer {
    const head = this.#peek(bytes);
    if (head.length === bytes) this.#chunks.shift();
    else this.#chunks[0] = head.subarray(bytes);
    this.#size -= bytes;
    return head.subarray(0, bytes);
  }

  /** Joined once per frame and not once per chunk, so that a message of 10 MB costs what its size says. */
  #join(): Buffer {
    const all = Buffer.concat(this.#chunks);
    this.#chunks = [all];
    return all;
  }
}

/** A zero-terminated string at `at`, and where the next field begins. */
export function readText(bytes: Buffer, at: number): [text: string, next: number] {
  const end = bytes.indexOf(0, at);
  if (end < 0) throw new ProtocolError('unterminated string in message');
  return [bytes.toString('utf8', at, end), end + 1];
}

/** Cuts what the server answered, which always consists of whole messages. */
export function* backendFrames(output: Buffer): Generator<Frame> {
  for (let at = 0; at + 5 <= output.length;) {
    const end = at + 1 + output.readInt32BE(at + 1);
    yield { type: String.fromCharCode(output[at]!), raw: output.subarray(at, end), body: output.subarray(at + 5, end) };
    at = end;
  }
}
