import { createSocket } from 'node:dgram';
import { freePort } from '@test/support/parley-process';

/** A port that nobody has, for UDP and for TCP: others' programs take a number, and none of them tells which it has found. */
export async function freeSipPort(): Promise<number> {
  for (;;) {
    const port = await freePort();
    if (await isFreeForUdp(port)) return port;
  }
}

async function isFreeForUdp(port: number): Promise<boolean> {
  const socket = createSocket('udp4');
  const isFree = await new Promise<boolean>((resolve) => {
    socket.once('error', () => resolve(false)).bind(port, '127.0.0.1', () => resolve(true));
  });
  socket.close();
  return isFree;
}
