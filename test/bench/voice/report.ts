import type { LevelResult } from './run-level';
import type { TurnResult } from './voice-client';

/** What the measurements are held against, on two quiet cores with the builtin model. */
const GOALS = { wer16: 4.5, wer8: 5.5, totalP50Ms: 700, totalP95Ms: 1_100, at8OverAt1: 1.5, vadLagMs: 5 };
/** A calibration that took this much longer than the best one, or this much CPU of others, makes numbers that say nothing. */
const NOISY_CALIBRATION = 1.25;
const NOISY_OTHER_CORES = 0.3;

export function percentile(values: readonly number[], share: number): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? null;
}

const ms = (value: number | null) => (value === null ? '–' : value.toFixed(0));
const pair = (turns: readonly TurnResult[], read: (turn: TurnResult) => number | null | undefined) => {
  const values = turns.map(read).filter((value): value is number => typeof value === 'number');
  return `${ms(percentile(values, 0.5))}/${ms(percentile(values, 0.95))}`;
};

export function isNoisy(result: LevelResult, bestCalibrationMs: number): boolean {
  return Math.max(...result.calibration) > NOISY_CALIBRATION * bestCalibrationMs || result.machine.otherCores - result.machine.benchCores > NOISY_OTHER_CORES;
}

const COLUMNS = ['model', 'Hz', 'turn', 'sess', 'turns', 'bad', 'WER %', 'endpoint', 'STT', 'token', 'TTS', 'sent', 'total', 'client audio', 'VAD p95', 'pressure', 'noise'];

/** One row for each level; times are p50/p95 in milliseconds, from the server's own traces but for "client audio". */
export function printTable(results: readonly (LevelResult & { model: string })[], bestCalibrationMs: number): void {
  const rows = results.map((result) => {
    const good = result.turns.filter((turn) => turn.error === null);
    return [
      result.model, String(result.sampleRate), result.serverVad ? 'server' : 'commit', String(result.sessions), String(result.turns.length), String(result.turns.length - good.length),
      result.wordErrorPercent.toFixed(2),
      pair(good, (turn) => turn.trace?.endpointMs), pair(good, (turn) => turn.trace?.sttMs), pair(good, (turn) => turn.trace?.firstTokenMs),
      pair(good, (turn) => turn.trace?.firstAudioMs), pair(good, (turn) => turn.trace?.firstSentMs), pair(good, (turn) => turn.trace?.totalMs),
      pair(good, (turn) => turn.firstAudioMs), result.vadLagP95Ms === null ? '–' : `≤${result.vadLagP95Ms}`,
      `${result.machine.pressurePercent.toFixed(0)} %`, isNoisy(result, bestCalibrationMs) ? 'NOISY' : 'quiet',
    ];
  });
  const widths = COLUMNS.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)));
  for (const row of [COLUMNS, widths.map((width) => '-'.repeat(width)), ...rows]) console.log(row.map((cell, column) => cell.padEnd(widths[column]!)).join('  '));

  console.log('\nCPU (cores) and memory (MB, peak) of each process:');
  for (const { model, serverVad, sampleRate, sessions, machine, calibration } of results) {
    const parts = Object.entries(machine.cores).filter(([name]) => machine.rssMegabytes[name]).map(([name, cores]) => `${name} ${cores.toFixed(2)}/${machine.rssMegabytes[name]!.toFixed(0)}`);
    console.log(`  ${model} ${sampleRate} ${serverVad ? 'server' : 'commit'} × ${sessions}: ${parts.join(', ')}; bench ${machine.benchCores.toFixed(2)}, others ${Math.max(0, machine.otherCores - machine.benchCores).toFixed(2)}, load ${machine.load.toFixed(1)}, calibration ${calibration.map((value) => value.toFixed(0)).join('→')} ms`);
  }
}

/** Goals met and missed; a goal that was not measured is left out. */
export function printGoals(results: readonly (LevelResult & { model: string })[], bestCalibrationMs: number): void {
  console.log('\nGoals (two quiet cores, builtin):');
  const builtin = results.filter(({ model }) => model === 'builtin');
  const say = (name: string, value: number | null | undefined, limit: number, source: LevelResult | undefined) => {
    if (value === null || value === undefined || !source) return;
    console.log(`  ${value <= limit ? 'met   ' : 'MISSED'} ${name}: ${value.toFixed(2)} (at most ${limit})${isNoisy(source, bestCalibrationMs) ? ' – noisy run' : ''}`);
  };
  const total = (result: LevelResult | undefined, share: number) => percentile((result?.turns ?? []).flatMap((turn) => (turn.error === null && typeof turn.trace?.totalMs === 'number' ? [turn.trace.totalMs] : [])), share);
  const largest = (sampleRate: number) => builtin.filter((result) => !result.serverVad && result.sampleRate === sampleRate).sort((a, b) => b.turns.length - a.turns.length)[0];
  const [wide, narrow] = [largest(16_000), largest(8000)];
  say('word errors at 16 kHz, %', wide?.wordErrorPercent, GOALS.wer16, wide);
  say('word errors at 8 kHz, %', narrow?.wordErrorPercent, GOALS.wer8, narrow);
  for (const serverVad of [true, false]) {
    const at = (sessions: number) => builtin.find((result) => result.serverVad === serverVad && result.sampleRate === 16_000 && result.sessions === sessions);
    const turn = serverVad ? 'server VAD' : 'client commit';
    const [one, eight] = [at(1), at(8)];
    say(`speech end → first audio sent, 8 sessions, ${turn}, p50 ms`, total(eight, 0.5), GOALS.totalP50Ms, eight);
    say(`speech end → first audio sent, 8 sessions, ${turn}, p95 ms`, total(eight, 0.95), GOALS.totalP95Ms, eight);
    const [p1, p8] = [total(one, 0.5), total(eight, 0.5)];
    if (p1 && p8) say(`p50 at 8 sessions over p50 at 1, ${turn}`, p8 / p1, GOALS.at8OverAt1, eight);
    if (serverVad) say('VAD frame lag at 8 sessions, p95 ms', eight?.vadLagP95Ms, GOALS.vadLagMs, eight);
  }
}
