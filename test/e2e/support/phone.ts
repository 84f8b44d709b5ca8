import { readFileSync } from 'node:fs';
import { readWav } from '@/server/platform/audio/wav';
import { Telephone } from '@test/support/telephone/telephone';
import { pause } from '@test/support/telephone/until';

/**
 * `node --import tsx phone.ts WAV AFTER_MS`: a telephone on this machine that answers whoever calls, rings for a moment
 * before it does, and says what is in the file (8 kHz) some time later. It prints its port, and stops with its parent.
 */
const FRAME_MS = 40;
const SAMPLES_A_MS = 8;
const RINGS_MS = 900;

const [, , file = '', after = '0'] = process.argv;
const says = readWav(readFileSync(file)).samples;

const telephone = await Telephone.start();
telephone.onCall = (watched) => {
  void (async () => {
    await watched.call.ring();
    await pause(RINGS_MS);
    await watched.call.answer();
    await pause(Number(after));
    const startedAt = performance.now();
    for (let at = 0; at * SAMPLES_A_MS < says.length && !watched.end; at += FRAME_MS) {
      watched.call.sendAudio(says.slice(at * SAMPLES_A_MS, (at + FRAME_MS) * SAMPLES_A_MS));
      const aheadMs = at - (performance.now() - startedAt);
      if (aheadMs > 200) await pause(aheadMs - 200);
    }
  })().catch((error: unknown) => { console.error(error); });
};
await telephone.account({ user: 'reception' });
console.log(`telephone on ${telephone.port}`);
process.once('disconnect', () => process.exit(0));
