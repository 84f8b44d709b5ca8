import { readFileSync } from 'node:fs';
import { readWav } from '@/server/platform/audio/wav';
import { Telephone } from '@test/support/telephone/telephone';
import { pause } from '@test/support/telephone/until';

/**
 * `node --import tsx phone.ts WAV EVERY_MS`: a telephone on this machine that answers whoever calls, rings for a moment
 * before it does, and says what is in the file (8 kHz) again and again: somebody silent is hung up on. It prints its
 * port, and stops with its parent.
 */
const FRAME_MS = 40;
const SAMPLES_A_MS = 8;
const RINGS_MS = 900;

const [, , file = '', every = '10000'] = process.argv;
const says = readWav(readFileSync(file)).samples;

const telephone = await Telephone.start();
telephone.onCall = (watched) => {
  void (async () => {
    await watched.call.ring();
    await pause(RINGS_MS);
    await watched.call.answer();
    for (;;) {
      await pause(Number(every));
      const startedAt = performance.now();
      for (let at = 0; at * SAMPLES_A_MS < says.length; at += FRAME_MS) {
        if (watched.end) return;
        watched.call.sendAudio(says.slice(at * SAMPLES_A_MS, (at + FRAME_MS) * SAMPLES_A_MS));
        const aheadMs = at - (performance.now() - startedAt);
        if (aheadMs > 200) await pause(aheadMs - 200);
      }
    }
  })().catch((error: unknown) => { console.error(error); });
};
await telephone.account({ user: 'reception' });
console.log(`telephone on ${telephone.port}`);
process.once('disconnect', () => process.exit(0));
