import { setPriority } from 'node:os';
import { s16ToFloat } from '@/server/platform/audio/pcm';
import { resample } from '@/server/platform/audio/resampler';
import { AppError } from '@/server/platform/errors';
import type { FromWorker, SpeechJob, Synthesized, ToWorker, Transcribed } from './job';
import { Flite } from './models/flite';
import { Moonshine } from './models/moonshine';

const MODEL_RATE = 16_000;
const LOWER_PRIORITY = 10;

/** One process of the pool: both models, one job at a time. */
async function main(): Promise<void> {
  // The pool ends its workers; a Ctrl-C reaches the whole process group, and the jobs of draining sessions still count.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
  process.on('disconnect', () => process.exit(0));
  // Audio of live sessions goes before models.
  try { setPriority(LOWER_PRIORITY); } catch { /* where it is not allowed, normal priority works too */ }

  const [moonshine, flite] = await Promise.all([Moonshine.load(), Flite.load()]);
  // The first run of each allocates and compiles: nobody should wait for that.
  await moonshine.transcribe(new Float32Array(MODEL_RATE));
  await flite.synthesize('ok', { voice: 'slt', speed: 1 });

  let cancelledId = 0;
  const run = async (id: number, job: SpeechJob): Promise<Transcribed | Synthesized> => {
    if (job.kind === 'transcribe')
      return moonshine.transcribe(s16ToFloat(resample(job.samples, job.sampleRate, MODEL_RATE)), () => cancelledId === id);
    const { samples, sampleRate } = await flite.synthesize(job.text, { voice: job.voice, speed: job.speed });
    const wanted = job.sampleRate ?? sampleRate;
    return { samples: resample(samples, sampleRate, wanted), sampleRate: wanted };
  };

  const say = (message: FromWorker) => { process.send?.(message); };
  process.on('message', (message: ToWorker) => {
    // Heard between the steps of the decoder: each one leaves the event loop for a moment.
    if (message.type === 'cancel') { cancelledId = message.id; return; }
    const { id, job } = message;
    run(id, job).then(
      (result) => say({ type: 'done', id, result }),
      (error: unknown) => say({
        type: 'failed', id,
        cancelled: error instanceof AppError && error.kind === 'cancelled',
        message: error instanceof Error ? error.message : String(error),
      }),
    );
  });
  say({ type: 'ready' });
}

main().catch((error: unknown) => { console.error(error); process.exit(1); });
