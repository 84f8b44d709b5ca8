import { describe, expect, it } from 'vitest';
import { Playout } from '@/realtime/session/playout';
import { ManualClock } from '@test/support/fakes/manual-clock';

function setUp(options: { sampleRate?: number; lookAheadMs?: number } = {}) {
  const clock = new ManualClock();
  const sent: { at: number; samples: number; first: number }[] = [];
  let clears = 0;
  const startedAt = clock.monotonic();
  const sampleRate = options.sampleRate ?? 16_000;
  const playout = new Playout({
    clock, sampleRate, deltaMs: 40, aheadMs: 300, lookAheadMs: options.lookAheadMs ?? 8_000,
    send: (samples) => { sent.push({ at: clock.monotonic() - startedAt, samples: samples.length, first: samples[0]! }); },
    clear: () => { clears += 1; },
    onFirstSend: () => {},
  });
  /** Audio whose samples say which 40 ms piece they belong to. */
  const audio = (ms: number, from = 0) => Int16Array.from({ length: (ms * sampleRate) / 1000 }, (_, i) => from + Math.floor(i / (sampleRate * 0.04)));
  const sentMs = () => sent.reduce((sum, { samples }) => sum + (samples * 1000) / sampleRate, 0);
  return { clock, sent, playout, audio, sentMs, clears: () => clears };
}

describe('playout', () => {
  it.each([8_000, 16_000, 24_000, 48_000])('sends deltas of 20 to 100 ms and at most 4 KB at %i Hz', async (sampleRate) => {
    const { clock, sent, playout, audio } = setUp({ sampleRate });
    playout.enqueue(audio(1_010));
    playout.finish();
    await clock.advance(2_000);
    for (const { samples } of sent) {
      expect(samples * 2).toBeLessThanOrEqual(4_096);
      expect((samples * 1000) / sampleRate).toBeGreaterThanOrEqual(20);
      expect((samples * 1000) / sampleRate).toBeLessThanOrEqual(100);
    }
    expect(sent.slice(0, -1).reduce((sum, { samples }) => sum + samples, 0)).toBe(sampleRate);
  });

  it('is never more than 300 ms ahead of real time, and never behind', async () => {
    const { clock, playout, audio, sentMs } = setUp();
    playout.enqueue(audio(4_000));
    playout.finish();
    for (let elapsed = 0; elapsed < 3_600; elapsed += 7) {
      expect(sentMs() - elapsed).toBeLessThanOrEqual(300);
      expect(sentMs() - elapsed).toBeGreaterThan(200);
      await clock.advance(7);
    }
  });

  it('catches up after a late timer instead of drifting', async () => {
    const { clock, playout, audio, sentMs } = setUp();
    playout.enqueue(audio(4_000));
    await clock.advance(1_000);
    await clock.advance(503);
    expect(1_503 + 300 - sentMs()).toBeLessThan(60);
  });

  it('starts its clock anew when the audio ran dry', async () => {
    const { clock, playout, audio, sent } = setUp();
    playout.enqueue(audio(200));
    await clock.advance(2_000);
    sent.length = 0;
    playout.enqueue(audio(2_000, 5));
    expect(sent).toHaveLength(7); // 280 ms, not the two seconds that went by
    expect(playout.playedMs).toBe(200);
  });

  it('knows how much has been heard', async () => {
    const { clock, playout, audio } = setUp();
    playout.enqueue(audio(1_000));
    expect(playout.playedMs).toBe(0);
    await clock.advance(444);
    expect(playout.playedMs).toBe(444);
    playout.finish();
    await clock.advance(5_000);
    expect(playout.playedMs).toBe(1_000);
  });

  it('sends again after a pause what the client had to flush, so that nothing is lost', async () => {
    const { clock, playout, audio, sent, clears } = setUp();
    playout.enqueue(audio(1_000));
    await clock.advance(500);
    playout.pause();
    expect(clears()).toBe(1);
    const before = sent.length;
    await clock.advance(3_000);
    expect(sent).toHaveLength(before);
    playout.resume();
    expect(sent[before]!.first).toBe(12); // the piece that was being heard at 500 ms
    playout.finish();
    await clock.advance(3_000);
    expect(sent.slice(before).map(({ first }) => first)).toEqual(Array.from({ length: 13 }, (_, i) => 12 + i));
  });

  it('holds back audio that comes while it is paused', async () => {
    const { clock, playout, audio, sent } = setUp();
    playout.pause();
    playout.enqueue(audio(400));
    await clock.advance(1_000);
    expect(sent).toEqual([]);
    playout.resume();
    expect(sent).toHaveLength(7);
  });

  it('says how much was heard when it is stopped, and sends nothing after', async () => {
    const { clock, playout, audio, sent, clears } = setUp();
    playout.enqueue(audio(2_000));
    await clock.advance(730);
    expect(playout.stop()).toBe(730);
    expect(clears()).toBe(1);
    const before = sent.length;
    playout.enqueue(audio(500));
    await clock.advance(1_000);
    expect(sent).toHaveLength(before);
    expect(clock.pending).toBe(0);
  });

  it('makes the synthesis wait when enough is ready', async () => {
    const { clock, playout, audio } = setUp({ lookAheadMs: 1_000 });
    playout.enqueue(audio(2_000));
    let room = false;
    void playout.room().then(() => { room = true; });
    await clock.advance(600);
    expect(room).toBe(false);
    await clock.advance(200);
    expect(room).toBe(true);
  });

  it('tells when everything was heard', async () => {
    const { clock, playout, audio } = setUp();
    let playedAt: number | undefined;
    const startedAt = clock.monotonic();
    void playout.whenPlayed().then(() => { playedAt = clock.monotonic() - startedAt; });
    playout.enqueue(audio(1_000));
    playout.finish();
    await clock.advance(3_000);
    expect(playedAt).toBe(1_000);
    await playout.whenPlayed(); // and whoever asks later need not wait
  });

  it('lets go of whoever waits when it is stopped', async () => {
    const { playout, audio } = setUp({ lookAheadMs: 100 });
    playout.enqueue(audio(1_000));
    const waiting = Promise.all([playout.room(), playout.whenPlayed()]);
    playout.stop();
    await expect(waiting).resolves.toBeDefined();
  });

  it('does not keep what was heard', async () => {
    const { clock, playout, audio, sent } = setUp();
    for (let second = 0; second < 60; second++) {
      playout.enqueue(audio(1_000, second * 25));
      await clock.advance(1_000);
    }
    expect(sent.map(({ first }) => first)).toEqual(Array.from({ length: 60 * 25 }, (_, i) => i));
  });
});
