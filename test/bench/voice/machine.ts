import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { loadavg } from 'node:os';

const TICKS_PER_SECOND = 100; // USER_HZ, the same on every Linux that Node runs on

export interface ProcessUse { name: string; cpuSeconds: number; rssMegabytes: number }

const readable = (path: string) => { try { return readFileSync(path, 'utf8'); } catch { return ''; } };

/** CPU and memory of a process and everything below it, by the name of what each runs. Linux only. */
export function processTree(rootPid: number): Map<number, ProcessUse> {
  const children = new Map<number, number[]>();
  const stats = new Map<number, { cpuSeconds: number }>();
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry);
    if (!pid) continue;
    const stat = readable(`/proc/${pid}/stat`);
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields.length < 20) continue;
    const parent = Number(fields[1]);
    children.set(parent, [...(children.get(parent) ?? []), pid]);
    stats.set(pid, { cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND });
  }
  const found = new Map<number, ProcessUse>();
  const visit = (pid: number) => {
    const rss = /VmRSS:\s+(\d+)/.exec(readable(`/proc/${pid}/status`))?.[1];
    const words = readable(`/proc/${pid}/cmdline`).split('\0');
    const script = words.find((word) => /\.(mjs|ts)$/.test(word));
    found.set(pid, { name: script ? basename(script).replace(/\.(mjs|ts)$/, '') : basename(words[0] ?? '?'), cpuSeconds: stats.get(pid)?.cpuSeconds ?? 0, rssMegabytes: Number(rss ?? 0) / 1024 });
    for (const child of children.get(pid) ?? []) visit(child);
  };
  visit(rootPid);
  return found;
}

/** CPU seconds of the whole machine since it started, without idling. */
function machineCpuSeconds(): number {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = readable('/proc/stat').split('\n')[0]!.trim().split(/\s+/).slice(1).map(Number);
  return (user + nice + system + irq + softirq + steal) / TICKS_PER_SECOND;
}

const pressureMicroseconds = () => Number(/some .*total=(\d+)/.exec(readable('/proc/pressure/cpu'))?.[1] ?? 0);

/** Milliseconds of a fixed amount of arithmetic: on a quiet machine always the same. */
export function calibrate(): number {
  const run = () => {
    const began = performance.now();
    let value = 1;
    for (let index = 0; index < 20_000_000; index++) value = (value * 16_807) % 2_147_483_647;
    return value > 0 ? performance.now() - began : 0;
  };
  return Math.min(run(), run(), run());
}

export interface MachineUse {
  /** Cores kept busy by Parley's processes, by name. */
  cores: Record<string, number>;
  /** Largest resident size while it ran, by name. */
  rssMegabytes: Record<string, number>;
  /** Cores kept busy by anybody else, this bench included. */
  otherCores: number;
  benchCores: number;
  /** Share of the time in which something that wanted to run had to wait. */
  pressurePercent: number;
  load: number;
}

/** Watches the machine between `start` and `stop`. */
export class MachineWatch {
  private readonly startedAt = performance.now();
  private readonly machine = machineCpuSeconds();
  private readonly pressure = pressureMicroseconds();
  private readonly bench = process.cpuUsage();
  private readonly before: Map<number, ProcessUse>;
  private readonly rss: Record<string, number> = {};
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly rootPid: number) {
    this.before = processTree(rootPid);
    this.timer = setInterval(() => this.sample(), 1_000);
  }

  private sample(): Map<number, ProcessUse> {
    const tree = processTree(this.rootPid);
    for (const [name, megabytes] of Object.entries(sumByName(tree.values(), ({ rssMegabytes }) => rssMegabytes))) this.rss[name] = Math.max(this.rss[name] ?? 0, megabytes);
    return tree;
  }

  stop(): MachineUse {
    clearInterval(this.timer);
    const seconds = (performance.now() - this.startedAt) / 1000;
    const after = this.sample();
    const used = [...after].map(([pid, use]) => ({ ...use, cpuSeconds: use.cpuSeconds - (this.before.get(pid)?.cpuSeconds ?? 0) }));
    const cores = sumByName(used, ({ cpuSeconds }) => cpuSeconds / seconds);
    const bench = process.cpuUsage(this.bench);
    return {
      cores,
      rssMegabytes: this.rss,
      otherCores: Math.max(0, (machineCpuSeconds() - this.machine) / seconds - Object.values(cores).reduce((sum, value) => sum + value, 0)),
      benchCores: (bench.user + bench.system) / 1e6 / seconds,
      pressurePercent: (100 * (pressureMicroseconds() - this.pressure)) / 1e6 / seconds,
      load: loadavg()[0]!,
    };
  }
}

function sumByName(uses: Iterable<ProcessUse>, value: (use: ProcessUse) => number): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const use of uses) sums[use.name] = (sums[use.name] ?? 0) + value(use);
  return sums;
}
