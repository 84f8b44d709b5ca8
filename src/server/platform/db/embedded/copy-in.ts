import { Disconnected, type Client } from './client';
import { ProtocolError, readText } from './frames';
import { copyInResponse } from './messages';

/**
 * COPY … FROM STDIN cannot suspend the wasm server half way, so the data is collected here and the server then copies it
 * from a file. Returns the data, or why the copy is to fail.
 */
export async function collectCopyData(client: Client, maxBytes: number): Promise<{ data: Buffer } | { failure: string }> {
  client.send(copyInResponse());
  const parts: Buffer[] = [];
  let bytes = 0;
  for (;;) {
    const message = await client.nextFrame();
    if (!message) throw new Disconnected();
    client.idleTimer?.refresh();
    switch (message.type) {
      case 'd':
        bytes += message.body.length;
        if (bytes <= maxBytes) parts.push(message.body);
        break;
      case 'c':
        return bytes <= maxBytes ? { data: Buffer.concat(parts) } : { failure: 'COPY data too large' };
      case 'f':
        return { failure: `COPY from stdin failed: ${readText(message.body, 0)[0]}` };
      case 'S':
      case 'H':
        break; // ignored during COPY, as the protocol says
      default:
        throw new ProtocolError(`unexpected message type "${message.type}" during COPY from stdin`);
    }
  }
}
