import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { dirname, join, relative } from 'node:path';

/** What happens to writes that nobody synced. */
export type Loss =
  /** All are gone. */
  | 'none survive'
  /** Any part of any of them may be on the disk, in pieces of 4 KB. */
  | 'some survive'
  /** The worst case for a write-ahead log: the data is on the disk, the log that describes it is not. */
  | 'all but the log survive';

type Change = { truncateTo: number } | { at: number; data: Buffer };

/** A file's bytes as a power cut would leave them, and what was written since. */
class ShadowFile {
  pending: Change[] = [];
  constructor(public durable: Buffer) {}

  apply(change: Change): void {
    const length = 'truncateTo' in change ? change.truncateTo : Math.max(this.durable.length, change.at + change.data.length);
    const next = Buffer.alloc(length);
    this.durable.copy(next, 0, 0, Math.min(length, this.durable.length));
    if ('data' in change) change.data.copy(next, change.at);
    this.durable = next;
  }

  /** A sync reaches what was written before it began. */
  sync(count = this.pending.length): void {
    for (const change of this.pending.splice(0, count)) this.apply(change);
  }
}

/**
 * Node's file system with a memory of what is durable: bytes once their file was synced, names once their folder (or the
 * file itself, as journaling file systems do) was. At the chosen operation the power fails: what a disk might then hold is
 * written to another folder, and the process ends.
 */
export class ShadowDisk {
  readonly #real = { ...fs };
  readonly #names = new Map<string, ShadowFile>();
  readonly #durableNames = new Map<string, ShadowFile>();
  readonly #folders = new Set<string>();
  readonly #open = new Map<number, ShadowFile | string>();
  #operations = 0;
  #failAt = Infinity;

  constructor(private readonly root: string, private readonly onPowerLoss: () => never) {
    this.#load(root);
    this.#install();
  }

  failAfter(operations: number): void {
    this.#failAt = this.#operations + operations;
  }

  /** Writes what survives to `target`. */
  leaveBehind(target: string, loss: Loss, random: () => number): void {
    const survives = () => loss === 'all but the log survive' || (loss === 'some survive' && random() < 0.5);
    const names = new Map(this.#durableNames);
    for (const [path, file] of this.#names) {
      if (names.get(path) === file || !survives()) continue;
      for (const [old, same] of names) if (same === file && !this.#names.has(old)) names.delete(old); // a rename is one step
      names.set(path, file);
    }
    const alive = new Set(this.#names.values());
    for (const [path, file] of [...names]) if (!this.#names.has(path) && !alive.has(file) && survives()) names.delete(path);

    for (const folder of this.#folders) this.#real.mkdirSync(join(target, relative(this.root, folder)), { recursive: true, mode: 0o700 });
    this.#real.chmodSync(target, 0o700);
    for (const [path, file] of names) {
      for (const change of file.pending) this.#keepSome(file, change, path, loss, random);
      const copy = join(target, relative(this.root, path));
      this.#real.mkdirSync(dirname(copy), { recursive: true });
      this.#real.writeFileSync(copy, file.durable, { mode: 0o600 });
    }
  }

  #keepSome(file: ShadowFile, change: Change, path: string, loss: Loss, random: () => number): void {
    if (loss === 'none survive') return;
    if (loss === 'all but the log survive') return path.includes('/pg_wal/') ? undefined : file.apply(change);
    if ('truncateTo' in change) return random() < 0.5 ? file.apply(change) : undefined;
    for (let at = 0; at < change.data.length; at += 4096)
      if (random() < 0.5) file.apply({ at: change.at + at, data: change.data.subarray(at, at + 4096) });
  }

  #load(folder: string): void {
    this.#folders.add(folder);
    for (const entry of this.#real.readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) this.#load(path);
      else {
        const file = new ShadowFile(this.#real.readFileSync(path));
        this.#names.set(path, file);
        this.#durableNames.set(path, file);
      }
    }
  }

  #step(): void {
    if (++this.#operations >= this.#failAt) this.onPowerLoss();
  }

  #isInside(path: unknown): path is string {
    return typeof path === 'string' && (path === this.root || path.startsWith(`${this.root}/`));
  }

  #fileAt(path: string): ShadowFile {
    const file = this.#names.get(path) ?? new ShadowFile(Buffer.alloc(0));
    this.#names.set(path, file);
    return file;
  }

  #change(file: ShadowFile, change: Change): void {
    this.#step();
    file.pending.push(change);
  }

  #nameIsDurable(file: ShadowFile): void {
    for (const [path, named] of this.#names) if (named === file) this.#durableNames.set(path, file);
    for (const [path, named] of [...this.#durableNames]) if (named === file && !this.#names.has(path)) this.#durableNames.delete(path);
  }

  #syncFolder(folder: string): void {
    for (const [path, file] of this.#names) if (dirname(path) === folder) this.#durableNames.set(path, file);
    for (const path of [...this.#durableNames.keys()]) if (dirname(path) === folder && !this.#names.has(path)) this.#durableNames.delete(path);
  }

  #sync(descriptor: number): void {
    const what = this.#open.get(descriptor);
    if (what === undefined) return;
    this.#step();
    if (typeof what === 'string') return this.#syncFolder(what);
    what.sync();
    this.#nameIsDurable(what);
  }

  #install(): void {
    const real = this.#real;
    const truncates = (flags: unknown) => flags === 'w' || flags === 'w+' || (typeof flags === 'number' && (flags & fs.constants.O_TRUNC) !== 0);
    Object.assign(fs, {
      openSync: (path: string, flags?: string | number, mode?: number) => {
        const existed = real.existsSync(path);
        const descriptor = real.openSync(path, flags ?? 'r', mode);
        if (!this.#isInside(path)) return descriptor;
        if (real.fstatSync(descriptor).isDirectory()) this.#open.set(descriptor, path);
        else {
          const file = this.#fileAt(path);
          if (existed && truncates(flags)) file.pending.push({ truncateTo: 0 });
          this.#open.set(descriptor, file);
        }
        return descriptor;
      },
      closeSync: (descriptor: number) => {
        this.#open.delete(descriptor);
        real.closeSync(descriptor);
      },
      writeSync: (descriptor: number, data: Uint8Array, offset = 0, length = data.byteLength - offset, position: number | null = null) => {
        const file = this.#open.get(descriptor);
        if (file instanceof ShadowFile) {
          if (position === null) throw new Error('The shadow disk knows positioned writes only.');
          this.#change(file, { at: position, data: Buffer.from(data.slice(offset, offset + length)) });
        }
        return real.writeSync(descriptor, data, offset, length, position);
      },
      writeFileSync: (path: string, data: string | Uint8Array, options?: fs.WriteFileOptions) => {
        if (this.#isInside(path)) {
          const file = this.#fileAt(path);
          file.pending.push({ truncateTo: 0 });
          this.#change(file, { at: 0, data: Buffer.from(data) });
        }
        real.writeFileSync(path, data, options);
      },
      ftruncateSync: (descriptor: number, length = 0) => {
        const file = this.#open.get(descriptor);
        if (file instanceof ShadowFile) this.#change(file, { truncateTo: length });
        real.ftruncateSync(descriptor, length);
      },
      truncateSync: (path: string, length = 0) => {
        if (this.#isInside(path)) this.#change(this.#fileAt(path), { truncateTo: length });
        real.truncateSync(path, length);
      },
      renameSync: (from: string, to: string) => {
        if (this.#isInside(from)) {
          this.#step();
          for (const [path, file] of [...this.#names]) {
            if (path !== from && !path.startsWith(`${from}/`)) continue;
            this.#names.delete(path);
            this.#names.set(to + path.slice(from.length), file);
          }
        }
        real.renameSync(from, to);
      },
      unlinkSync: (path: string) => {
        if (this.#isInside(path)) {
          this.#step();
          this.#names.delete(path);
        }
        real.unlinkSync(path);
      },
      mkdirSync: (path: string, options?: fs.MakeDirectoryOptions) => {
        if (this.#isInside(path)) this.#folders.add(path);
        return real.mkdirSync(path, options);
      },
      rmdirSync: (path: string) => {
        this.#folders.delete(path);
        real.rmdirSync(path);
      },
      fsyncSync: (descriptor: number) => this.#sync(descriptor),
      fdatasyncSync: (descriptor: number) => this.#sync(descriptor),
      fdatasync: (descriptor: number, done: (error: Error | null) => void) => {
        const file = this.#open.get(descriptor);
        if (!(file instanceof ShadowFile)) throw new Error('fdatasync of something else than a file');
        this.#step();
        const before = new Set(file.pending);
        setTimeout(() => {
          this.#step();
          let count = 0;
          while (count < file.pending.length && before.has(file.pending[count]!)) count++;
          file.sync(count);
          this.#nameIsDurable(file);
          done(null);
        }, 1);
      },
    });
    syncBuiltinESMExports();
  }
}
