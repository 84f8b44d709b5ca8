import { rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleSource } from '@/server/platform/bundle-source';
import { DatabaseThread } from './database-thread';
import { readFolder, type FolderImage } from './folder-image';
import { makeHostFolder } from './host-folder';

/**
 * Gives empty, migrated databases to the test files of a run, each of which is a process of its own and would pay for
 * compiling Postgres anew. Every database is a real embedded server on a folder of its own, in a thread of this process.
 *
 * Who connects to the socket is told the URL of a database, which is theirs until they hang up or die; when the host hangs
 * up too, it has been dropped.
 */
export class DatabaseHost implements AsyncDisposable {
  readonly #server: Server;
  readonly #threads = new Set<DatabaseThread>();
  readonly #free: DatabaseThread[] = [];

  private constructor(private readonly threadFile: string, private readonly template: FolderImage, readonly folder: string) {
    this.#server = createServer({ allowHalfOpen: true }, (socket) => void this.#serve(socket)).unref();
  }

  static async start(templateFolder: string): Promise<DatabaseHost> {
    const file = bundleSource(fileURLToPath(new URL('thread.ts', import.meta.url)));
    const host = new DatabaseHost(file, readFolder(templateFolder), makeHostFolder());
    await new Promise<void>((resolve, reject) => void host.#server.once('error', reject).listen(host.socketPath, resolve));
    return host;
  }

  get socketPath(): string {
    return join(this.folder, 'socket');
  }

  get threadCount(): number {
    return this.#threads.size;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    await Promise.all([...this.#threads].map((thread) => thread.terminate()));
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #serve(socket: Socket): Promise<void> {
    const left = new Promise<void>((resolve) => void socket.once('end', resolve).once('close', resolve).on('error', () => {}).resume());
    const thread = this.#takeThread();
    try {
      socket.write(`${await thread.url}\n`);
    } catch (error) {
      socket.end(`${error instanceof Error ? error.message : String(error)}\n`);
      return;
    }
    await left;
    await thread.drop();
    if (!thread.isGone) this.#free.push(thread);
    socket.end();
  }

  #takeThread(): DatabaseThread {
    for (let thread; (thread = this.#free.pop()); ) if (!thread.isGone) return thread;
    for (const thread of this.#threads) if (thread.isGone) this.#threads.delete(thread);
    const thread = new DatabaseThread(this.threadFile, { template: this.template, folder: this.folder });
    this.#threads.add(thread);
    return thread;
  }
}
