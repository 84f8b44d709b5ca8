import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { migrateDatabase } from '../platform/db/migrate';
import { openDatabase } from '../platform/db/client';
import { loadConfig, ConfigError, type Config } from '../platform/config';
import { withEnvFile } from '../platform/env-file';
import { AppError } from '../platform/errors';
import { bootstrapWorkspace } from '../workspaces/bootstrap';
import { banner, networkAddress, type FirstStart } from './banner';
import { isBuilt } from './build-stamp';
import { checkSettings } from './check-settings';
import { Child } from './child';
import { NODE_ENTRIES } from './entries';
import { generatedSecrets } from './generated-secrets';
import { logLinePrinter } from './log-lines';
import { freePort } from './free-port';
import { watchSources } from './reload';

type Environment = Record<string, string | undefined>;

export interface SupervisorOptions {
  root: string;
  dev: boolean;
  environment: Environment;
}

/** Live sessions say goodbye and flush first, the database goes last: whoever is above writes into who is below. */
const STOP_ORDER = [['web', 'realtime'], ['worker', 'speech'], ['db']];
const ONE_CTRL_C_MS = 1000;
const STOP_LIMIT_MS = 12_000; // longer than any child's own limit (10 s)

/**
 * The parent of every process.
 *
 *   preparing ─→ starting ─→ running
 *       │            │          │
 *       └──failure───┴──signal──┴──→ stopping ─→ exit 0 (asked to) or 1 (one line says why)
 */
export class Supervisor {
  readonly #children = new Map<string, Child>();
  readonly #urls = new Map<string, string>();
  readonly #print = logLinePrinter(process.stdout);
  #stopping: Promise<never> | undefined;
  #watcher: { close(): void } | undefined;
  #building: ChildProcess | undefined;
  #environment: Environment;

  constructor(private readonly options: SupervisorOptions) {
    this.#environment = { ...options.environment };
  }

  async run(): Promise<void> {
    this.#listenForTheEnd();
    try {
      await this.#start();
    } catch (error) {
      await this.#fail(error);
    }
  }

  async #start(): Promise<void> {
    const startedAt = performance.now();
    this.#environment = withEnvFile(this.options.root, this.#environment);
    this.#environment.NODE_ENV = this.options.dev ? 'development' : (this.#environment.NODE_ENV ?? 'production');
    this.#environment.NEXT_TELEMETRY_DISABLED = '1';
    let config = loadConfig(this.#environment);
    checkSettings(config);
    const secrets = generatedSecrets(config.dataDir);
    this.#environment.AUTH_SECRET ??= secrets.authSecret;
    this.#environment.ENCRYPTION_KEY ??= secrets.encryptionKey;
    if (config.realtime.port === config.web.port && config.web.port !== 0)
      throw new AppError('precondition_failed', `PORT and REALTIME_PORT are both ${config.web.port}: set one of them to another port`);
    // Ports that nobody chose are chosen here, once: a process that comes back is found where it was.
    this.#environment.PORT = String(await freePort('PORT', config.web.host, config.web.port));
    this.#environment.REALTIME_PORT = String(await freePort('REALTIME_PORT', config.realtime.host, config.realtime.port));

    if (!this.options.dev && !isBuilt(this.options.root)) await this.#build();

    const started: Promise<void>[] = [];
    if (config.speech.needsLocal) {
      const port = await freePort('PARLEY_SPEECH_PORT', '127.0.0.1', config.speech.localPort);
      Object.assign(this.#environment, { PARLEY_SPEECH_PORT: String(port), PARLEY_SPEECH_URL: `http://127.0.0.1:${port}` });
      started.push(this.#child('speech')); // loads its models while the others start
    }
    if (config.database.embedded) {
      Object.assign(this.#environment, { PARLEY_DATABASE_PORT: String(await freePort('PARLEY_DATABASE_PORT', '127.0.0.1', 0)), PARLEY_DATABASE_PASSWORD: secrets.databasePassword });
      await this.#child('db');
      Object.assign(this.#environment, { DATABASE_URL: this.#urls.get('db'), PARLEY_DATABASE_EMBEDDED: 'true' });
    }
    config = loadConfig(this.#environment);
    const first = await this.#prepareDatabase(config);
    started.push(this.#child('realtime'), this.#child('web'), this.#child('worker'));
    await Promise.all(started);

    const facts = { config, url: this.#urls.get('web')!, realtimeUrl: this.#urls.get('realtime')!, first, seconds: (performance.now() - startedAt) / 1000 };
    process.stdout.write(`${banner({ ...facts, networkAddress: networkAddress() })}\n`);
    if (this.options.dev) this.#watcher = watchSources(this.options.root, (names) => {
      for (const name of names) {
        this.#say(`${name} changed, restarting it`);
        this.#children.get(name)?.restart();
      }
    });
  }

  async #prepareDatabase(config: Config): Promise<FirstStart> {
    const url = config.database.url;
    if (!url) throw new AppError('internal', 'No database');
    await migrateDatabase(url);
    const database = openDatabase(url, { pool: 1, name: 'parley-start' });
    try {
      return await bootstrapWorkspace({ db: database.db, config });
    } finally {
      await database.close();
    }
  }

  #child(name: keyof typeof NODE_ENTRIES): Promise<void> {
    if (this.#stopping) return new Promise(() => {}); // asked to stop while the start was under way: nobody new
    const { root, dev } = this.options;
    const child = new Child({
      name,
      module: dev ? join(root, NODE_ENTRIES[name]) : join(root, 'dist', `${name}.mjs`),
      execArgv: dev ? ['--import', 'tsx'] : ['--enable-source-maps'],
      environment: () => this.#environment,
      onLine: this.#print,
      onReady: (url, restarted) => {
        if (url) this.#urls.set(name, url);
        this.#say(`${name} ${restarted ? 'is back' : 'is ready'}`);
      },
      onFatal: (message) => void this.#fail(new AppError('precondition_failed', message)),
    });
    this.#children.set(name, child);
    return child.start();
  }

  async #build(): Promise<void> {
    this.#say('building what is missing: this takes about a minute, once');
    const build = spawn(process.execPath, ['--import', 'tsx', join(this.options.root, 'src/server/build.ts')], {
      cwd: this.options.root,
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: true, // a process group of its own: the bundler's workers end with it
    });
    this.#building = build;
    const code = await new Promise<number | null>((resolve, reject) => build.once('error', reject).once('exit', resolve));
    this.#building = undefined;
    if (this.#stopping) return this.#stopping;
    if (code !== 0) throw new AppError('precondition_failed', 'The build failed: see the lines above');
  }

  #say(text: string): void { process.stdout.write(`${text}\n`); }

  #listenForTheEnd(): void {
    let askedAt: number | undefined;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.on(signal, () => {
        const now = performance.now();
        if (askedAt === undefined) this.#say(`\nstopping (${signal}): live sessions say goodbye first; once more ends at once`);
        // One Ctrl-C arrives twice: from the terminal, and once more from npm, which passes it on.
        else if (now - askedAt > ONE_CTRL_C_MS) for (const child of this.#children.values()) child.kill();
        askedAt ??= now;
        void this.#stop(0);
      });
    // npm may die without passing its signal on; then our parent changes.
    const parent = process.ppid;
    setInterval(() => { if (process.ppid !== parent) void this.#stop(0); }, 500).unref();
  }

  #fail(error: unknown): Promise<never> {
    if (!this.#stopping) {
      if (error instanceof ConfigError) process.stderr.write(`${error.message}\n`);
      else if (error instanceof AppError) process.stderr.write(`${error.message}\n`);
      else process.stderr.write(`Parley could not start: ${error instanceof Error ? error.stack : String(error)}\n`);
    }
    return this.#stop(1);
  }

  #stop(code: number): Promise<never> {
    return (this.#stopping ??= (async () => {
      this.#watcher?.close();
      if (this.#building?.pid) process.kill(-this.#building.pid, 'SIGKILL'); // its output is written again at the next start
      for (const names of STOP_ORDER) await Promise.all(names.map((name) => this.#children.get(name)?.stop(STOP_LIMIT_MS)));
      if (code === 0) this.#say('stopped: everything is written');
      process.exit(code);
    })());
  }
}
