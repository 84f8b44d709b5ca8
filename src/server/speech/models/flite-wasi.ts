/**
 * The part of WASI that Flite uses, in memory: arguments in, one file out. Node's own `node:wasi` is experimental,
 * warns on every start, and would give the module a real folder.
 */
const FOLDER = 3;
const FILE = 4;
const BAD_DESCRIPTOR = 8;
const RIGHTS_ALL = 0x1fff_ffffn;

class Exit extends Error {
  constructor(readonly code: number) { super(`exit ${code}`); }
}

/** Runs the command line to its end and answers the bytes it wrote to its one output file. */
export async function runFlite(module: WebAssembly.Module, args: string[]): Promise<Uint8Array> {
  const argv = ['flite', ...args].map((arg) => Buffer.from(`${arg}\0`));
  const output = new MemoryFile();
  let complaint = '';
  // Looked up at each use: the buffer is replaced when the module's memory grows.
  const memory = () => instance.exports.memory as WebAssembly.Memory;
  const view = () => new DataView(memory().buffer);
  const bytes = () => new Uint8Array(memory().buffer);

  const system = {
    args_sizes_get(count: number, size: number) {
      view().setUint32(count, argv.length, true);
      view().setUint32(size, argv.reduce((sum, arg) => sum + arg.length, 0), true);
      return 0;
    },
    args_get(pointers: number, buffer: number) {
      for (const arg of argv) {
        view().setUint32(pointers, buffer, true);
        bytes().set(arg, buffer);
        pointers += 4;
        buffer += arg.length;
      }
      return 0;
    },
    clock_time_get(_id: number, _precision: bigint, out: number) {
      view().setBigUint64(out, BigInt(Date.now()) * 1_000_000n, true);
      return 0;
    },
    fd_close: () => 0,
    fd_fdstat_set_flags: () => 0,
    fd_read: () => BAD_DESCRIPTOR,
    fd_fdstat_get(descriptor: number, out: number) {
      const memoryView = view();
      memoryView.setUint8(out, descriptor === FOLDER ? 3 : 4); // directory : regular file
      memoryView.setUint16(out + 2, 0, true);
      memoryView.setBigUint64(out + 8, RIGHTS_ALL, true);
      memoryView.setBigUint64(out + 16, RIGHTS_ALL, true);
      return 0;
    },
    fd_prestat_get(descriptor: number, out: number) {
      if (descriptor !== FOLDER) return BAD_DESCRIPTOR;
      view().setUint32(out, 0, true);
      view().setUint32(out + 4, 1, true);
      return 0;
    },
    fd_prestat_dir_name(_descriptor: number, out: number) {
      bytes()[out] = '/'.charCodeAt(0);
      return 0;
    },
    path_open(...parameters: unknown[]) {
      view().setUint32(parameters[8] as number, FILE, true);
      return 0;
    },
    fd_seek(_descriptor: number, offset: bigint, whence: number, out: number) {
      view().setBigUint64(out, BigInt(output.seek(Number(offset), whence)), true);
      return 0;
    },
    fd_write(descriptor: number, vectors: number, count: number, out: number) {
      let total = 0;
      for (let index = 0; index < count; index++) {
        const start = view().getUint32(vectors + 8 * index, true);
        const length = view().getUint32(vectors + 8 * index + 4, true);
        const piece = bytes().slice(start, start + length);
        total += length;
        if (descriptor === FILE) output.write(piece);
        else complaint += Buffer.from(piece).toString('latin1');
      }
      view().setUint32(out, total, true);
      return 0;
    },
    proc_exit(code: number) { throw new Exit(code); },
  };

  const instance: WebAssembly.Instance = await WebAssembly.instantiate(module, { wasi_snapshot_preview1: system });
  try {
    (instance.exports._start as () => void)();
  } catch (error) {
    if (!(error instanceof Exit) || error.code !== 0) throw new Error(`flite: ${complaint.trim() || String(error)}`, { cause: error });
  }
  return output.contents();
}

class MemoryFile {
  private buffer = new Uint8Array(64 * 1024);
  private size = 0;
  private position = 0;

  write(piece: Uint8Array): void {
    const end = this.position + piece.length;
    if (end > this.buffer.length) {
      const grown = new Uint8Array(Math.max(end, this.buffer.length * 2));
      grown.set(this.buffer);
      this.buffer = grown;
    }
    this.buffer.set(piece, this.position);
    this.position = end;
    this.size = Math.max(this.size, end);
  }

  seek(offset: number, whence: number): number {
    const from = whence === 0 ? 0 : whence === 1 ? this.position : this.size;
    return (this.position = Math.max(0, from + offset));
  }

  contents(): Uint8Array { return this.buffer.slice(0, this.size); }
}
