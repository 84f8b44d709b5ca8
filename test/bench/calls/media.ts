/** `npm run bench:media`: calls with media both ways through the media worker, a tone out and its echo back. CPU is of our process alone. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { MediaNode } from '@/realtime/transport/rtp/media-node';
import type { MediaStream } from '@/realtime/transport/rtp/media-stream';
import { createLogger } from '@/server/platform/logger';
import { tone } from '@test/support/telephone/tones';
import { pause } from '@test/support/telephone/until';

const LEVELS = (process.argv[2] ?? '1,10,50,100,200').split(',').map(Number);
const SECONDS = Number(process.argv[3] ?? 10);
const DELTA_MS = 40;

async function run(calls: number): Promise<Record<string, number | string>> {
  const echo = fork(fileURLToPath(new URL('./echo.ts', import.meta.url)), { execArgv: ['--import', 'tsx'] });
  echo.send({ calls });
  const [{ ports }] = await once(echo, 'message') as [{ ports: number[] }];
  const media = await MediaNode.start({ ports: null, logger: createLogger({ name: 'bench', level: 'warn' }), onLost: () => {} });
  let frames = 0;
  const streams: MediaStream[] = [];
  for (const port of ports) {
    const stream = await media.open({ address: '127.0.0.1', silenceMs: 60_000, events: { onAudio: () => { frames += 1; }, onDigit() {}, onBegun() {}, onSilent() {}, onLost() {} } });
    stream.configure({ remote: { address: '127.0.0.1', port, rtcpPort: port }, codec: 'PCMU', payloadType: 0, eventPayloadType: 101, sends: true, receives: true });
    streams.push(stream);
  }
  const delta = tone(440, DELTA_MS);
  const talking = streams.map((stream, index) => {
    let timer: NodeJS.Timeout;
    const start = setTimeout(() => { timer = setInterval(() => stream.send(delta), DELTA_MS); }, (index * DELTA_MS) / calls);
    return () => { clearTimeout(start); clearInterval(timer); };
  });
  await pause(2_000);
  const [cpu, startedAt, framesBefore, rssMb] = [process.cpuUsage(), performance.now(), frames, process.memoryUsage().rss / 1e6];
  await pause(SECONDS * 1000);
  const used = process.cpuUsage(cpu);
  const elapsedMs = performance.now() - startedAt;
  for (const stop of talking) stop();
  const { pacing, droppedBatches, droppedAudio } = await media.load();
  const statistics = await Promise.all(streams.map((stream) => stream.statistics()));
  const sum = (of: (each: NonNullable<(typeof statistics)[number]>) => number) => statistics.reduce((total, each) => total + (each ? of(each) : 0), 0);
  for (const stream of streams) stream.close();
  await Promise.all(streams.map((stream) => stream.statistics()));
  await media.close();
  echo.kill();
  return {
    calls, 'CPU of a core': `${(((used.user + used.system) / 1000 / elapsedMs) * 100).toFixed(1)} %`, 'pacing p50 ms': pacing.p50.toFixed(2), 'pacing p99 ms': pacing.p99.toFixed(2), 'pacing max ms': pacing.max.toFixed(1),
    'frames/s a call': ((frames - framesBefore) / calls / (elapsedMs / 1000)).toFixed(1), lost: sum(({ lost }) => lost), late: sum(({ late }) => late), concealed: sum(({ concealed }) => concealed), overflowed: sum(({ overflowed }) => overflowed),
    dropped: droppedBatches + droppedAudio, 'RSS MB': rssMb.toFixed(0),
  };
}

const rows = [];
for (const calls of LEVELS) rows.push(await run(calls));
console.table(rows);
