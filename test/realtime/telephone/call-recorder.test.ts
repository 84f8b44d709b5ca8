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
    recorder.move({ to: 'ringing' });
    await pause(60);
    recorder.move({ to: 'answered' });
    await pause(60);
    recorder.finish(END);
    await pause(60);
    away = false;
    expect(await recorder.finished).toBe(true);
    expect(moves.map(({ to }) => to)).toEqual(['ringing', 'answered']);
    expect(moves[0]!.agoMs).toBeGreaterThanOrEqual(170);
    expect(moves[1]!.agoMs).toBeGreaterThanOrEqual(115);
    expect(ends[0]!.agoMs).toBeGreaterThanOrEqual(55);
    expect(ends[0]!.agoMs).toBeLessThan(moves[1]!.agoMs!);
  });
});
