import { createSocket, type Socket } from 'node:dgram';
import type { PortPool } from './port-pool';

/** The two sockets of a call's media: RTP, and RTCP beside it. */
export interface MediaSockets {
  rtp: Socket;
  rtcp: Socket;
  port: number;
  rtcpPort: number;
  close(): void;
}

/** Addresses are numbers by the time they come here: a name look-up a packet (even of a number) costs a turn of the loop. */
const lookup = (address: string, _options: unknown, done: (error: null, address: string, family: number) => void) => done(null, address, 4);

function bind(address: string, port: number): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', lookup });
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(port, address, () => { socket.off('error', reject); resolve(socket); });
  });
}

/** Opens an even port and the odd one above it (RFC 3550 section 11). Ports that others hold are passed over. @throws Error when none is left */
export async function openMediaSockets(options: { address: string; ports: PortPool | null }): Promise<MediaSockets> {
  const { address, ports } = options;
  if (!ports) return join(await bind(address, 0), await bind(address, 0));
  for (let attempt = 0; attempt < ports.size; attempt++) {
    const port = ports.take();
    if (port === null) break;
    let rtp: Socket | undefined;
    try {
      rtp = await bind(address, port);
      return join(rtp, await bind(address, port + 1), () => ports.release(port));
    } catch (error) {
      rtp?.close();
      ports.release(port);
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
  throw new Error('No RTP port is free: widen RTP_PORT_MIN to RTP_PORT_MAX');
}

function join(rtp: Socket, rtcp: Socket, onClosed: () => void = () => {}): MediaSockets {
  // ICMP "port unreachable" comes up as an error on Linux; the timeout for silence deals with a peer that is gone.
  for (const socket of [rtp, rtcp]) socket.on('error', () => {});
  let closed = false;
  return {
    rtp, rtcp, port: rtp.address().port, rtcpPort: rtcp.address().port,
    close() {
      if (closed) return;
      closed = true;
      rtp.close();
      rtcp.close();
      onClosed();
    },
  };
}
