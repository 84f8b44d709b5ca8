/**
 * npm run bench:voice: recorded people talk to Parley at the pace of real time, over the public WebSocket.
 *   --sessions 1,4,8,16   --prompts 240 (at most, for each row)   --models builtin,scripted   --turns commit,server
 *   --rates 16000,8000 (8 kHz runs once, at 8 sessions)   --listen 1500 (ms of each reply)   --idle 500   --json results.json
 * The recordings are Debian packages; a message names them when they are missing.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { measureIdleSockets } from './idle-sockets';
import { calibrate } from './machine';
import { type BenchModel, startParley } from './parley';
import { recordings } from './recordings';
import { printGoals, printTable } from './report';
import { type LevelResult, runLevel } from './run-level';

/** A single session would play all prompts for half an hour; fewer turns a session say as much about its latency. */
const TURNS_A_SESSION = 30;
const NARROW_BAND_SESSIONS = 8;

const { values } = parseArgs({
  options: {
    sessions: { type: 'string', default: '1,4,8,16' },
    prompts: { type: 'string', default: '240' },
    models: { type: 'string', default: 'builtin,scripted' },
    turns: { type: 'string', default: 'commit,server' },
    rates: { type: 'string', default: '16000,8000' },
    listen: { type: 'string', default: '1500' },
    idle: { type: 'string', default: '500' },
    json: { type: 'string' },
  },
});
const list = (text: string) => text.split(',').map((part) => part.trim()).filter(Boolean);

const wide = recordings(16_000);
const narrow = recordings(8000);
const best: number[] = [calibrate()];
const results: (LevelResult & { model: BenchModel })[] = [];
console.log(`${wide.length} prompts, ${Math.round(wide.reduce((sum, { samples }) => sum + samples.length, 0) / 16_000)} s of speech; calibration ${best[0]!.toFixed(0)} ms`);

for (const model of list(values.models) as BenchModel[]) {
  await using parley = await startParley(model);
  // First, while the process is fresh: after load its memory goes up and down with the garbage collector.
  if (model === 'builtin' && Number(values.idle) > 0) {
    const { count, megabytes } = await measureIdleSockets(parley, Number(values.idle));
    console.log(`${count} idle sockets: ${megabytes.toFixed(1)} MB more in the realtime process (goal: at most 50)`);
  }
  const run = async (sampleRate: 8000 | 16_000, serverVad: boolean, sessions: number) => {
    const suitable = (sampleRate === 8000 ? narrow : wide).filter(({ hasLongPause }) => !serverVad || !hasLongPause);
    const chosen = suitable.slice(0, Math.min(Number(values.prompts), sessions >= NARROW_BAND_SESSIONS ? suitable.length : sessions * TURNS_A_SESSION));
    console.log(`${model}, ${sampleRate} Hz, ${serverVad ? 'server VAD' : 'client commits'}, ${sessions} sessions, ${chosen.length} prompts …`);
    const result = await runLevel(parley, { sessions, sampleRate, serverVad, listenMs: Number(values.listen) }, chosen);
    best.push(...result.calibration);
    results.push({ ...result, model });
  };
  for (const rate of list(values.rates))
    for (const turn of list(values.turns))
      if (rate === '16000') for (const sessions of list(values.sessions).map(Number)) await run(16_000, turn === 'server', sessions);
      else if (turn === 'commit' && model === 'builtin') await run(8000, false, NARROW_BAND_SESSIONS);
}

const bestCalibration = Math.min(...best);
console.log();
printTable(results, bestCalibration);
printGoals(results, bestCalibration);
if (values.json) writeFileSync(values.json, JSON.stringify(results.map(({ turns, ...result }) => ({ ...result, turns: turns.map(({ recording, ...turn }) => ({ name: recording.name, text: recording.text, ...turn })) })), null, 1));
