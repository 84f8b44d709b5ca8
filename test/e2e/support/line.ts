import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A line to Parley that can be cut: what is open on it breaks off, and nothing gets through until it is mended. */
export interface Line extends AsyncDisposable {
  url: string;
  cut(): void;
  mend(): void;
}

export async function openLine(to: string): Promise<Line> {
  const { hostname, port } = new URL(to);
  const sockets = new Set<Socket>();
  let isCut = false;
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  };
  const server = createServer((here) => {
    keep(here);
    if (isCut) return void here.destroy();
    const there = connect({ host: hostname, port: Number(port) });
    keep(there);
    here.pipe(there).pipe(here);
    here.on('close', () => there.destroy());
    there.on('close', () => here.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const breakOff = () => { for (const socket of sockets) socket.destroy(); };
  return {
    url: `http://${hostname}:${(server.address() as AddressInfo).port}`,
    cut: () => { isCut = true; breakOff(); },
    mend: () => { isCut = false; },
    async [Symbol.asyncDispose]() {
      server.close();
      breakOff();
      await once(server, 'close');
    },
  };
}
