import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { freePort } from '@test/support/parley-process';

const isFree = async (port: number): Promise<boolean> => {
  const socket = createSocket('udp4').bind(port, '127.0.0.1');
  const free = await once(socket, 'listening').then(() => true, () => false);
  await new Promise<void>((resolve) => { socket.close(() => resolve()); });
  return free;
};

/** So many ports in a row that nobody has, from an even one on: others on this machine may run the same test. */
export async function freeMediaPorts(count: number): Promise<{ min: number; max: number }> {
  for (;;) {
    const min = (await freePort()) & ~1;
    const free = await Promise.all(Array.from({ length: count }, (_, index) => isFree(min + index)));
    if (free.every(Boolean)) return { min, max: min + count - 1 };
  }
}
