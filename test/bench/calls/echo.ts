/** The far end of the media benchmark, in a process of its own so that its work is not counted: sends every packet back. */
import { createSocket } from 'node:dgram';

process.on('message', ({ calls }: { calls: number }) => {
  const ports: number[] = [];
  for (let index = 0; index < calls; index++) {
    const socket = createSocket({ type: 'udp4', lookup: (address, _options, done) => done(null, address, 4) });
    socket.on('message', (bytes, { address, port }) => socket.send(bytes, port, address));
    socket.bind(0, '127.0.0.1', () => {
      ports.push(socket.address().port);
      if (ports.length === calls) process.send?.({ ports });
    });
  }
});
