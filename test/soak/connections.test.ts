import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { tone } from '@test/support/fakes/live-session';
import { TestNode } from '@test/support/realtime/test-node';

const CONNECTIONS = 10_000;
const AT_ONCE = 20;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Heap after a full collection. */
async function settledHeapMb(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    await new Promise((resolve) => { setTimeout(resolve, 100); });
    collectGarbage();
  }
  return process.memoryUsage().heapUsed / 1_048_576;
}

/** One device: connects, starts, sends some audio, and goes in one of four ways. */
async function comeAndGo(node: TestNode, how: number): Promise<void> {
  const client = await node.connect();
  await client.start({ ...(how % 2 === 0 ? { turn_detection: { type: 'server_vad' } } : {}) });
  client.append(tone(200));
  if (how === 0) client.terminate();
  else if (how === 1) client.send({ type: 'session.close' });
  else if (how === 2) client.socket.close();
  else { client.send({ type: 'input_audio_buffer.commit' }); client.terminate(); } // in the middle of a turn
  await client.closed;
  node.forget();
}

describe('soak', () => {
  it(`${CONNECTIONS} connects and disconnects leave memory flat`, { timeout: 600_000 }, async () => {
    await using node = await TestNode.start();
    const rounds = CONNECTIONS / AT_ONCE;
    const heap: number[] = [];
    for (let round = 0; round < rounds; round++) {
      await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => comeAndGo(node, index % 4)));
      if ((round + 1) % (rounds / 10) === 0) heap.push(await settledHeapMb());
    }
    console.log(`heap after each tenth: ${heap.map((mb) => mb.toFixed(1)).join(' ')} MB`);
    expect(node.sessions.size).toBe(0);
    // The first tenth warms caches and compiled code; after it a leak of 200 bytes a connection would show.
    expect(heap.at(-1)! - heap[1]!).toBeLessThan(3);
  });
});
