import { describe, expect, it } from 'vitest';
import { CallRecorder, type CallRecorderOptions } from '@/realtime/telephone/call-recorder';
import type { FinishCallOptions, MoveCallOptions } from '@/server/calls';
import { quietLogger } from '@test/support/telephone/media-ear';
import { pause } from '@test/support/telephone/until';

const END: FinishCallOptions['end'] = { state: 'completed', endReason: 'hung_up_by_them', error: null };

describe('the records of a call', () => {
  it('say how long ago it was, when the database was away in between', async () => {
    let away = true;
    const [moves, ends]: [MoveCallOptions[], FinishCallOptions[]] = [[], []];
    const here = () => { if (away) throw Object.assign(new Error('away'), { code: 'ECONNREFUSED' }); };
    const records: CallRecorderOptions['records'] = {
      move: async (move) => { here(); moves.push(move); return true; },
      finish: async (end) => { here(); ends.push(end); return true; },
      addEvents: async () => here(),
    };
    const recorder = new CallRecorder({ id: 'id', attemptId: 'attempt', records, logger: quietLogger, onLost: () => {} });
    /** Between which moments it was told. */
    const told: [number, number][] = [];
    for (const tell of [() => recorder.move({ to: 'ringing' }), () => recorder.move({ to: 'answered' }), () => recorder.finish(END)]) {
      const before = performance.now();
      tell();
      told.push([before, performance.now()]);
      await pause(60);
    }
    const backAt = performance.now();
    away = false;
    expect(await recorder.finished).toBe(true);
    const storedAt = performance.now();
    expect(moves.map(({ to }) => to)).toEqual(['ringing', 'answered']);
    for (const [index, { agoMs }] of [...moves, ...ends].entries()) {
      expect(agoMs).toBeGreaterThanOrEqual(backAt - told[index]![1]);
      expect(agoMs).toBeLessThanOrEqual(storedAt - told[index]![0]);
    }
  });
});
