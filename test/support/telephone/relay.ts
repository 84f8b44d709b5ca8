import { createSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';

/** A wire that loses packets, counted in each direction: what comes from anywhere goes to `port`, what comes from there goes back to whom it heard last. */
export async function lossyRelay(port: number, options: { lose(index: number, bytes: Buffer): boolean }): Promise<AsyncDisposable & { port: number; lost: number }> {
  const socket = createSocket('udp4');
  let other: RemoteInfo | undefined;
  const passed = { there: 0, back: 0 };
  const relay = {
    port: 0, lost: 0,
    [Symbol.asyncDispose]: async () => { socket.close(); await once(socket, 'close'); },
  };
  socket.on('message', (bytes, from) => {
    if (from.port !== port) other = from;
    if (options.lose(passed[from.port === port ? 'back' : 'there']++, bytes)) { relay.lost += 1; return; }
    const target = from.port === port ? other?.port : port;
    if (target) socket.send(bytes, target, '127.0.0.1');
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  relay.port = socket.address().port;
  return relay;
}
