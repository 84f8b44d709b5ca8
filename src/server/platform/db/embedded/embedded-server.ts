import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import type { Backend } from './backend';
import { ensureCluster } from './cluster';
import { DurableNodeFs, durableStartParams, type WalMode } from './durable-node-fs';
import type { EmscriptenFs } from './emscripten-fs';
import { lockFolder } from './folder-lock';
import { DEFAULT_HOUSEKEEPING, Housekeeping, type HousekeepingOptions } from './housekeeping';
import { DEFAULT_MULTIPLEXER_OPTIONS, Multiplexer, type MultiplexerOptions } from './multiplexer';
import { createRawExecutor } from './raw-executor';

export interface EmbeddedServerOptions extends Partial<Omit<MultiplexerOptions, 'password' | 'onFatal'>>, Partial<HousekeepingOptions> {
  folder: string;
  password: string;
  /** 0 for any free port. */
  port?: number;
  wal?: WalMode;
  /** The server or the disk failed in a way that only recovery at the next start can mend. */
  onFatal: (error: unknown) => void;
}

export interface EmbeddedServer {
  url: string;
  housekeeping: Housekeeping;
  /** Ends all connections, writes a checkpoint and lets go of the folder. */
  close(): Promise<void>;
}

/** WAL files are recycled within these, so that the folder's size follows the data and not the traffic. */
const WAL_SIZE = ['-c', 'max_wal_size=128MB', '-c', 'min_wal_size=32MB'];

/** Postgres in this process: PGlite and pgvector on a folder of their own, served on loopback. */
export async function startEmbeddedServer(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
  const lock = await lockFolder(options.folder);
  try {
    const { port = 0, password, log = () => {}, onFatal } = options;
    const cluster = join(options.folder, 'data');
    await ensureCluster(cluster);
    const disk = new DurableNodeFs(cluster, options.wal ?? 'deferred', onFatal);
    const postgres = await PGlite.create({ fs: disk, extensions: { vector }, startParams: [...durableStartParams(), ...WAL_SIZE] });
    const multiplexer = new Multiplexer(await backendOf(postgres, disk), { ...DEFAULT_MULTIPLEXER_OPTIONS, ...options, log, onFatal });
    const { server } = multiplexer;
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
    const housekeeping = new Housekeeping((sql) => multiplexer.maintenance(sql), { ...DEFAULT_HOUSEKEEPING, ...options, log });
    await housekeeping.start();

    let closing: Promise<void> | undefined;
    const close = async () => {
      await housekeeping.stop();
      await multiplexer.close();
      await postgres.close(); // with Postgres' own shutdown checkpoint
      disk.closeWal();
      lock.release();
    };
    const address = server.address() as AddressInfo;
    return {
      url: `postgres://postgres:${encodeURIComponent(password)}@127.0.0.1:${address.port}/postgres`,
      housekeeping,
      close: () => (closing ??= close()),
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function backendOf(postgres: PGlite, disk: DurableNodeFs): Promise<Backend> {
  const files = postgres.Module.FS as unknown as EmscriptenFs;
  return {
    exec: await createRawExecutor(postgres),
    putFile: (path, data) => files.writeFile(path, data),
    removeFile: (path) => files.unlink(path),
    get walPending() {
      return disk.walPending;
    },
    flushWal: () => disk.flushWal(),
  };
}
