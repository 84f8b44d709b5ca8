/** The media worker: RTP of all calls of a node on one thread of their own, with one clock. Pacing suffers from nothing else there. */
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { MediaClock } from './media-clock';
import { FRAME_SAMPLES } from './media-format';
import { CREDIT, MAX_BATCHES_AHEAD, type FromMediaWorker, type MediaWorkerData, type ToMediaWorker } from './media-messages';
import { openMediaSockets } from './media-sockets';
import { PortPool } from './port-pool';
import { RtpEndpoint } from './rtp-endpoint';

interface Entry { endpoint: RtpEndpoint; leaveClock(): void }

const HIGHER_PRIORITY = -10;

const { ports: range, credit: shared } = workerData as MediaWorkerData;
const port = parentPort!;
const credit = new Int32Array(shared);
const ports = range ? new PortPool(range) : null;
const entries = new Map<number, Entry>();
const closing = new Set<number>();
let batch: { id: number; samples: Int16Array }[] = [];
let batchesSent = 0;
let droppedBatches = 0;

const say = (message: FromMediaWorker, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);

const clock = new MediaClock({
  afterTicks() {
    if (batch.length === 0) return;
    const frames = batch;
    batch = [];
    if (batchesSent - Atomics.load(credit, CREDIT.batchesTaken) >= MAX_BATCHES_AHEAD) { droppedBatches += 1; return; }
    const samples = new Int16Array(frames.length * FRAME_SAMPLES);
    frames.forEach((frame, index) => samples.set(frame.samples, index * FRAME_SAMPLES));
    batchesSent += 1;
    say({ type: 'frames', ids: frames.map(({ id }) => id), samples }, [samples.buffer]);
  },
});

async function open(id: number, address: string, silenceMs: number): Promise<void> {
  try {
    const sockets = await openMediaSockets({ address, ports });
    if (closing.delete(id)) return sockets.close();
    const endpoint = new RtpEndpoint(sockets, {
      frame: (samples) => { batch.push({ id, samples }); },
      digit: (digit, durationMs) => say({ type: 'digit', id, digit, durationMs }),
      begun: () => say({ type: 'begun', id }),
      silent: () => say({ type: 'silent', id }),
    }, { silenceMs });
    entries.set(id, { endpoint, leaveClock: clock.join((nowMs) => endpoint.tick(nowMs)) });
    say({ type: 'opened', id, port: sockets.port, rtcpPort: sockets.rtcpPort });
  } catch (error) {
    closing.delete(id);
    say({ type: 'failed', id, message: error instanceof Error ? error.message : String(error) });
  }
}

function close(id: number): void {
  const entry = entries.get(id);
  if (!entry) { closing.add(id); return; } // still opening
  entries.delete(id);
  entry.leaveClock();
  entry.endpoint.close();
  say({ type: 'closed', id, statistics: entry.endpoint.statistics() });
}

port.on('message', (message: ToMediaWorker) => {
  if (message.type === 'open') return void open(message.id, message.address, message.silenceMs);
  if (message.type === 'pacing') return say({ type: 'paced', pacing: clock.pacing(), droppedBatches, calls: entries.size });
  if (message.type === 'close') return close(message.id);
  if (message.type === 'audio') Atomics.add(credit, CREDIT.commandsTaken, 1);
  const endpoint = entries.get(message.id)?.endpoint;
  if (!endpoint) return;
  switch (message.type) {
    case 'configure': return endpoint.configure(message.settings);
    case 'audio': return endpoint.enqueue(message.samples);
    case 'clear': return endpoint.clear();
    case 'dial': return endpoint.dial(message.digits, message.durationMs);
    case 'measure': return say({ type: 'measured', id: message.id, statistics: endpoint.statistics() });
  }
});

// A thread may be raised where the process may (root, CAP_SYS_NICE); elsewhere normal priority does.
try { setPriority(HIGHER_PRIORITY); } catch { /* not allowed */ }
say({ type: 'ready' });
