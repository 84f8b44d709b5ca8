import { describe, expect, it } from 'vitest';
import { DtmfReceiver, type PressedDigit } from '@/realtime/transport/rtp/dtmf-receiver';
import { DtmfSender } from '@/realtime/transport/rtp/dtmf-sender';
import { dtmfTones } from '@/realtime/transport/rtp/dtmf-tones';
import { parseTelephoneEvent, writeTelephoneEvent } from '@/realtime/transport/rtp/telephone-event';
import { purity } from '@test/support/telephone/tones';

const packet = (event: number, timestamp: number, duration: number, end = false) => ({ timestamp, payload: writeTelephoneEvent({ event, end, volume: 10, duration }) });

function listen() {
  const pressed: PressedDigit[] = [];
  return { pressed, receiver: new DtmfReceiver((digit) => { pressed.push(digit); }) };
}

describe('keys that arrive', () => {
  it('are reported once, at their end, although the end comes three times', () => {
    const { receiver, pressed } = listen();
    for (let frame = 1; frame <= 5; frame++) receiver.take(packet(5, 1000, frame * 160), frame * 20);
    expect(pressed).toEqual([]);
    for (let copy = 0; copy < 3; copy++) receiver.take(packet(5, 1000, 800, true), 120 + copy * 20);
    expect(pressed).toEqual([{ digit: '5', durationMs: 100 }]);
  });

  it('count twice when they were pressed twice', () => {
    const { receiver, pressed } = listen();
    for (const timestamp of [1000, 3000]) for (let copy = 0; copy < 3; copy++) receiver.take(packet(10, timestamp, 800, true), timestamp / 8);
    expect(pressed.map(({ digit }) => digit)).toEqual(['*', '*']);
  });

  it('are reported although every end was lost, by the next key or by time', () => {
    const { receiver, pressed } = listen();
    receiver.take(packet(1, 1000, 160), 0);
    receiver.take(packet(2, 3000, 160), 250);
    expect(pressed).toEqual([{ digit: '1', durationMs: 20 }]);
    receiver.tick(449);
    expect(pressed).toHaveLength(1);
    receiver.tick(450);
    expect(pressed[1]!.digit).toBe('2');
  });

  it('are not taken for new ones when packets of them come late or out of order', () => {
    const { receiver, pressed } = listen();
    receiver.take(packet(7, 1000, 800, true), 0);
    receiver.take(packet(7, 1000, 480), 5);
    receiver.take(packet(6, 500, 800, true), 10);
    expect(pressed.map(({ digit }) => digit)).toEqual(['7']);
  });

  it('survive timestamps that wrap', () => {
    const { receiver, pressed } = listen();
    receiver.take(packet(3, 0xffff_ff00, 800, true), 0);
    receiver.take(packet(4, 0x0000_0400, 800, true), 200);
    expect(pressed.map(({ digit }) => digit)).toEqual(['3', '4']);
  });

  it('that do not exist are ignored', () => {
    const { receiver, pressed } = listen();
    receiver.take(packet(16, 1000, 800, true), 0); // flash
    receiver.take({ timestamp: 2000, payload: Uint8Array.of(1) }, 0);
    expect(pressed).toEqual([]);
  });
});

describe('keys that are sent', () => {
  const dial = (digits: string, durationMs = 100) => {
    const sender = new DtmfSender();
    expect(sender.enqueue(digits, durationMs)).toBe(true);
    const packets = [];
    for (let timestamp = 0; sender.active; timestamp += 160) {
      const next = sender.next(timestamp);
      if (next) packets.push({ ...next, at: timestamp, ...parseTelephoneEvent(next.payload)! });
    }
    return packets;
  };

  it('keep their first timestamp, grow, and end three times', () => {
    const packets = dial('9');
    expect(new Set(packets.map(({ timestamp }) => timestamp))).toEqual(new Set([0]));
    expect(packets.map(({ duration }) => duration)).toEqual([160, 320, 480, 640, 800, 800, 800]);
    expect(packets.map(({ end }) => end)).toEqual([false, false, false, false, true, true, true]);
    expect(packets.map(({ marker }) => marker)).toEqual([true, false, false, false, false, false, false]);
  });

  it('are heard by a receiver of ours as they were dialled', () => {
    const { receiver, pressed } = listen();
    for (const sent of dial('0123456789*#ABCD')) receiver.take(sent, sent.at / 8);
    expect(pressed.map(({ digit }) => digit).join('')).toBe('0123456789*#ABCD');
  });

  it('are refused when there are more than any dialogue needs', () => {
    const sender = new DtmfSender();
    expect(sender.enqueue('1'.repeat(65), 100)).toBe(false);
    expect(sender.active).toBe(false);
  });

  it('are two tones for a side that knows no events', () => {
    const tones = dtmfTones('5', 100).subarray(0, 800);
    expect(purity(tones, 770)).toBeGreaterThan(0.45);
    expect(purity(tones, 1336)).toBeGreaterThan(0.45);
  });
});
