import { processTree } from './machine';
import type { RunningParley } from './parley';
import { VoiceClient } from './voice-client';

const SETTLE_MS = 3_000;
const AT_ONCE = 25;

function realtimeMegabytes(parley: RunningParley): number {
  for (const { name, rssMegabytes } of processTree(parley.pid).values()) if (name === 'realtime') return rssMegabytes;
  throw new Error('no realtime process below npm start');
}

const settle = () => new Promise((resolve) => setTimeout(resolve, SETTLE_MS));

/** Memory that so many started but silent sessions cost the realtime process. */
export async function measureIdleSockets(parley: RunningParley, count: number): Promise<{ count: number; megabytes: number }> {
  await settle();
  const before = realtimeMegabytes(parley);
  const clients: VoiceClient[] = [];
  while (clients.length < count)
    clients.push(...await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - clients.length) }, () =>
      VoiceClient.connect({ url: parley.url, apiKey: parley.apiKey, sampleRate: 16_000, serverVad: false, listenMs: 0 }))));
  await settle();
  const megabytes = realtimeMegabytes(parley) - before;
  await Promise.all(clients.map((client) => client.close()));
  return { count, megabytes };
}
