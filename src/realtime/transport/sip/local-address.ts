import { createSocket } from 'node:dgram';

/** The address of ours from which packets to `host` would leave. Asks the system's routing, sends nothing. */
export async function localAddressTowards(host: string): Promise<string> {
  const socket = createSocket('udp4');
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.connect(9, host, () => { socket.off('error', reject); resolve(); });
    });
    return socket.address().address;
  } finally {
    socket.close();
  }
}
