import { expect, it } from 'vitest';
import { DEFAULT_GATE_LIMITS } from '@/realtime/gateway/upgrade-gate';
import { MessageBudget } from '@/realtime/transport/websocket/message-budget';

let now = 0;
const budget = () => new MessageBudget({ burst: DEFAULT_GATE_LIMITS.messageBurst, perSecond: DEFAULT_GATE_LIMITS.messagesPerSecond, monotonic: () => now });
const JSON_BYTES = 50;
const sizeOf = (ms: number, sampleRate: number) => Math.ceil((sampleRate * ms * 2) / 1000 / 3) * 4 + JSON_BYTES;

it.each([20, 25, 40, 100, 1_000])('takes a minute of audio at once, at any rate, in pieces of %i ms', (ms) => {
  for (const sampleRate of [8_000, 16_000, 48_000]) {
    const one = budget();
    for (let at = 0; at < 60_000; at += ms) expect(one.spend(sizeOf(ms, sampleRate))).toBe(true);
  }
});

it('takes audio at twice its real time for as long as it lasts', () => {
  const one = budget();
  for (let at = 0; at < 600_000; at += 20, now += 10) expect(one.spend(sizeOf(20, 48_000))).toBe(true);
});

it('counts a large message as many', () => {
  const one = budget();
  let taken = 0;
  while (one.spend(DEFAULT_GATE_LIMITS.maxMessageBytes)) taken += 1;
  expect(taken).toBeLessThan(15);
});
