import { WordErrorRate } from '@test/support/speech/word-error-rate';
import { calibrate, type MachineUse, MachineWatch } from './machine';
import type { RunningParley } from './parley';
import type { Recording } from './recordings';
import { vadLagBuckets, vadLagP95 } from './vad-lag';
import { type TurnResult, VoiceClient } from './voice-client';

export interface Level {
  sessions: number;
  sampleRate: 8000 | 16_000;
  serverVad: boolean;
  listenMs: number;
}

export interface LevelResult extends Level {
  turns: TurnResult[];
  wordErrorPercent: number;
  vadLagP95Ms: number | null;
  machine: MachineUse;
  /** Calibration before and after, in milliseconds. */
  calibration: [number, number];
}

/** Plays the recordings over so many sessions at once, each taking the next one as soon as it is done. */
export async function runLevel(parley: RunningParley, level: Level, recordings: readonly Recording[]): Promise<LevelResult> {
  const calibrationBefore = calibrate();
  const lagBefore = vadLagBuckets(await parley.metrics());
  const watch = new MachineWatch(parley.pid);
  const waiting = [...recordings];
  const turns: TurnResult[] = [];
  await Promise.all(Array.from({ length: level.sessions }, async (_, index) => {
    // People do not start to speak in the same millisecond.
    await new Promise((resolve) => setTimeout(resolve, (index * 2_000) / level.sessions));
    const client = await VoiceClient.connect({ url: parley.url, apiKey: parley.apiKey, ...level });
    for (let next = waiting.shift(); next; next = waiting.shift()) turns.push(await client.ask(next));
    await client.close();
  }));
  const machine = watch.stop();
  const rate = new WordErrorRate();
  for (const { recording, heard } of turns) rate.add(recording.text, heard);
  return { ...level, turns, wordErrorPercent: rate.percent, vadLagP95Ms: vadLagP95(lagBefore, vadLagBuckets(await parley.metrics())), machine, calibration: [calibrationBefore, calibrate()] };
}
