import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { s16ToFloat } from '@/server/platform/audio/pcm';
import { resample } from '@/server/platform/audio/resampler';
import { AppError } from '@/server/platform/errors';
import type { FromWorker, SpeechJob, Synthesized, ToWorker, Transcribed, WorkerSetup } from './job';
import { Flite } from './models/flite';
import { Moonshine } from './models/moonshine';

const MODEL_RATE = 16_000;
const LOWER_PRIORITY = 10;

/** One thread of the pool: both models, one job at a time. onnxruntime blocks the thread that calls it, which is why it is this one. */
async function work(port: NonNullable<typeof parentPort>, { cancel }: WorkerSetup): Promise<void> {
  // On Linux this lowers the calling thread alone: audio of live sessions goes before models. Elsewhere it may not be allowed.
  try { setPriority(0, LOWER_PRIORITY); } catch { /* works at normal priority too */ }
  const [moonshine, flite] = await Promise.all([Moonshine.load(), Flite.load()]);
  // The first run of each allocates and compiles: nobody should wait for that.
  await moonshine.transcribe(new Float32Array(MODEL_RATE));
  await flite.synthesize('ok', { voice: 'slt', speed: 1 });

  const run = async (id: number, job: SpeechJob): Promise<Transcribed | Synthesized> => {
    const cancelled = () => Atomics.load(cancel, 0) === id;
    if (cancelled()) throw new AppError('cancelled', 'Cancelled');
    if (job.kind === 'transcribe')
      return moonshine.transcribe(s16ToFloat(resample(job.samples, job.sampleRate, MODEL_RATE)), cancelled);
    const { samples, sampleRate } = await flite.synthesize(job.text, { voice: job.voice, speed: job.speed });
    const wanted = job.sampleRate ?? sampleRate;
    return { samples: resample(samples, sampleRate, wanted), sampleRate: wanted };
  };

  const say = (message: FromWorker, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);
  port.on('message', ({ id, job }: ToWorker) => {
    run(id, job).then(
      (result) => say({ type: 'done', id, result }, 'samples' in result ? [result.samples.buffer as ArrayBuffer] : []),
      (error: unknown) => say({
        type: 'failed', id,
        cancelled: error instanceof AppError && error.kind === 'cancelled',
        message: error instanceof Error ? error.message : String(error),
      }),
    );
  });
  say({ type: 'ready' });
}

if (parentPort) await work(parentPort, workerData as WorkerSetup);
