import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { openDatabase, type DatabaseHandle } from '@/server/platform/db/client';

/** A way to a database that can be cut: connections break, and nobody answers until it is mended. */
export async function cuttableDatabase(url: string): Promise<DatabaseHandle & AsyncDisposable & { url: string; cut(): void; mend(): void }> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer((near) => {
    if (isCut) { near.destroy(); return; }
    const far = connect(Number(port), hostname);
    for (const [socket, other] of [[near, far], [far, near]] as const) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => { sockets.delete(socket); other.destroy(); });
      socket.pipe(other);
    }
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const through = new URL(url);
  through.hostname = '127.0.0.1';
  through.port = String((server.address() as AddressInfo).port);
  const handle = openDatabase(through.href, { name: 'parley-test-cuttable' });
  return {
    ...handle, url: through.href,
    cut() { isCut = true; for (const socket of [...sockets]) socket.destroy(); },
    mend() { isCut = false; },
    async [Symbol.asyncDispose]() {
      await handle.close();
      for (const socket of [...sockets]) socket.destroy();
      await new Promise<void>((resolve) => { server.close(() => resolve()); });
    },
  };
}
