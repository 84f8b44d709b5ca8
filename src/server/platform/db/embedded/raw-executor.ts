import type { PGlite } from '@electric-sql/pglite';
import { query } from './messages';

/**
 * Runs wire messages in PGlite and returns the raw answer. `execProtocolRawSync` is the only call that throws where it
 * fails, but with PGlite's own sink it also parses every answer and keeps it for ever. The sink that `execProtocolRawStream`
 * sets stays in place for later calls, as long as nobody uses `query()` or `exec()` on this instance: nobody may.
 */
export async function createRawExecutor(postgres: PGlite): Promise<(messages: Buffer) => Buffer> {
  let parts: Buffer[] = [];
  const onRawData = (bytes: Uint8Array) => void parts.push(Buffer.from(bytes)); // a copy: the bytes are wasm memory
  await postgres.execProtocolRawStream(query('SELECT 1'), { syncToFs: false, onRawData });
  return (messages) => {
    parts = [];
    postgres.execProtocolRawSync(messages);
    const answer = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
    parts = [];
    return answer;
  };
}
