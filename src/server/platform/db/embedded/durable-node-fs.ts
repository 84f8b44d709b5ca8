import { fsyncSync, renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';
import type { EmscriptenFs, FsNode, FsStream } from './emscripten-fs';
import { syncPath } from './sync-tree';
import { WalFlusher } from './wal-flusher';

export type WalMode =
  /** Every commit waits inside Postgres for a sync of its own. Simple, and blocks the process meanwhile. */
  | 'inline'
  /** The sync is remembered, and whoever forwards the answer awaits `flushWal` first: group commit. */
  | 'deferred';

/** PGlite does not export the types of its module, so they are taken from what it overrides. */
type Init = NodeFS['init'];
type PostgresModule = PGlite['Module'];

/** PGlite starts Postgres with fsync off (`-F`): without it, and with the one sync method that Emscripten passes on, Postgres really asks for syncs. */
export const durableStartParams = (): string[] => [...PGlite.defaultStartParams.filter((parameter) => parameter !== '-F'), '-c', 'fsync=on', '-c', 'wal_sync_method=fsync'];

/**
 * A PGlite file system whose fsync reaches the disk. Stock PGlite syncs nothing: Emscripten stubs fdatasync and its NODEFS
 * has no fsync at all. But a wasm fsync() does end in `stream_ops.fsync`, so adding that one function gives Postgres what
 * its own WAL and checkpoint protocol was written for; nothing else is needed for correctness.
 */
export class DurableNodeFs extends NodeFS {
  readonly #wal: WalFlusher;

  constructor(
    folder: string,
    private readonly mode: WalMode,
    private readonly onSyncFailure: (error: unknown) => void,
  ) {
    super(folder);
    this.#wal = new WalFlusher(onSyncFailure);
  }

  get walPending(): boolean {
    return this.#wal.isPending;
  }

  flushWal(): Promise<void> {
    return this.#wal.flush();
  }

  /** After Postgres has stopped. */
  closeWal(): void {
    this.#wal.close();
  }

  override async init(...[postgres, options]: Parameters<Init>): ReturnType<Init> {
    const result = await super.init(postgres, options);
    const install = (module: PostgresModule) => this.#install(module.FS as unknown as EmscriptenFs);
    return { emscriptenOpts: { ...result.emscriptenOpts, preRun: [...(result.emscriptenOpts.preRun ?? []), install] } };
  }

  #install(fs: EmscriptenFs): void {
    const nodefs = fs.filesystems.NODEFS;
    const realPath = (node: FsNode) => nodefs.realPath(node);

    nodefs.stream_ops.fsync = (stream) => {
      const file = realPath(stream.node);
      if (this.mode === 'deferred' && isWal(file)) {
        this.#wal.note(file);
        return 0;
      }
      this.#wal.barrier();
      try {
        if (stream.nfd) fsyncSync(stream.nfd);
        else syncPath(file);
      } catch (error) {
        this.onSyncFailure(error);
      }
      return 0;
    };

    // NODEFS unlinks the target first, so that a crash in between loses both files; rename(2) alone is atomic.
    nodefs.node_ops.rename = (node, newParent, newName) => {
      this.#wal.barrier();
      const from = realPath(node);
      const to = join(realPath(newParent), newName);
      nodefs.tryFSOperation(() => renameSync(from, to));
      this.#wal.forget(from);
      this.#wal.forget(to);
      try {
        fs.destroyNode(fs.lookupNode(newParent, newName));
      } catch {
        // The usual case: there was no cached node of a replaced file.
      }
      node.name = newName;
    };

    if (this.mode === 'deferred') this.#guardDataBehindWal(nodefs.stream_ops, nodefs.node_ops, realPath);
  }

  /** The write-ahead rule: whatever is not WAL is changed only after the WAL that describes it is on the disk. */
  #guardDataBehindWal(
    streams: EmscriptenFs['filesystems']['NODEFS']['stream_ops'],
    nodes: EmscriptenFs['filesystems']['NODEFS']['node_ops'],
    realPath: (node: FsNode) => string,
  ): void {
    const unlessWal = (node: FsNode) => {
      if (this.#wal.isPending && !isWal(realPath(node))) this.#wal.barrier();
    };
    const { write, setattr: setStreamAttributes } = streams;
    const { setattr: setNodeAttributes, unlink } = nodes;
    streams.write = (stream: FsStream, ...rest) => {
      unlessWal(stream.node);
      return write.call(streams, stream, ...rest);
    };
    streams.setattr = (stream, attributes) => {
      unlessWal(stream.node);
      setStreamAttributes.call(streams, stream, attributes);
    };
    nodes.setattr = (node, attributes) => {
      unlessWal(node);
      setNodeAttributes.call(nodes, node, attributes);
    };
    nodes.unlink = (parent, name) => {
      this.#wal.barrier();
      unlink.call(nodes, parent, name);
    };
  }
}

/** A WAL segment: 24 hexadecimal digits inside pg_wal. */
const isWal = (path: string) => basename(dirname(path)) === 'pg_wal' && /^[0-9A-F]{24}$/.test(basename(path));
