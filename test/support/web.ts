import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import { createBrain } from '@/server/compose';
import { databaseTelephony } from '@/server/calls';
import type { CallControl } from '@/server/calls/call-control';
import { createChatMetrics, createChatService } from '@/server/chat';
import type { TurnLimits } from '@/server/conversations/turn-timeouts';
import { parseScript, type ScriptInput } from '@/server/llm';
import type { Services } from '@/server/api/context';
import type { Route } from '@/server/api/define-route';
import { createAuthenticator } from '@/server/auth/authenticate';
import { SignInThrottle } from '@/server/auth/sign-in-throttle';
import { createFileService } from '@/server/files';
import { createReadiness, type ReadinessCheck } from '@/server/health/readiness';
import type { TelephonyStatus } from '@/server/health/telephony-status';
import type { NodeHandler } from '@/server/http/next-fallback';
import { buildServer } from '@/server/http/server';
import { loadConfig, type Config } from '@/server/platform/config';
import type { Database } from '@/server/platform/db/client';
import { AppError } from '@/server/platform/errors';
import { createLogger } from '@/server/platform/logger';
import { createMetrics } from '@/server/platform/metrics';
import type { LiveSessions } from '@/server/sessions/live-sessions';
import { bootstrapWorkspace } from '@/server/workspaces/bootstrap';

export const ADMIN_PASSWORD = 'correct horse battery';
export const TEST_AUTH_SECRET = 'a secret of the tests, long enough';
export const API_KEY = 'parley_test_key_of_the_first_start';

export const webConfig = (environment: Record<string, string> = {}): Config => loadConfig({
  NODE_ENV: 'test', AUTH_SECRET: TEST_AUTH_SECRET, ENCRYPTION_KEY: '5e'.repeat(32), PARLEY_SPEECH_URL: 'http://127.0.0.1:1',
  PARLEY_ADMIN_PASSWORD: ADMIN_PASSWORD, PARLEY_API_KEY: API_KEY, ...environment,
});

/** An installation whose nodes hold no call. */
const noCalls: CallControl = {
  speak: (id) => Promise.reject(new AppError('not_found', `No node holds the call ${id}`)),
  hangUp: (id) => Promise.reject(new AppError('not_found', `No node holds the call ${id}`)),
};

export interface TestAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  json(): Record<string, unknown>;
}

export interface TestWeb extends AsyncDisposable {
  app: FastifyInstance;
  url: string;
  port: number;
  config: Config;
  registry: Registry;
  /** Every line that was logged so far. */
  log: () => string;
  /** What Next would have been asked for. */
  pages: { url: string; headers: IncomingHttpHeaders; body: string }[];
  closing: AbortController;
  /** `path` goes out exactly as it is written, which fetch would not do; `Host` and friends can be set. */
  ask(method: string, path: string, options?: { headers?: Record<string, string>; body?: string; key?: string | null }): Promise<TestAnswer>;
}

export interface TestWebOptions {
  db: Database;
  environment?: Record<string, string>;
  checks?: Record<string, ReadinessCheck>;
  sessions?: LiveSessions;
  calls?: CallControl;
  realtimeMetrics?: () => Promise<string>;
  telephony?: TelephonyStatus;
  /** For `scripted/NAME` models. */
  scripts?: Record<string, ScriptInput>;
  limits?: Partial<TurnLimits>;
  /** Instead of Next. */
  page?: NodeHandler;
  /** With a clock of its own. */
  signInThrottle?: SignInThrottle;
  /** Beside the product's own. */
  routes?: readonly Route<Services>[];
}

/** The real server on a free port, with a first workspace; only Next is played. */
export async function startTestWeb(options: TestWebOptions): Promise<TestWeb> {
  const config = webConfig(options.environment);
  const lines: string[] = [];
  const logger = createLogger({ name: 'web', level: 'trace' }, new Writable({ write(chunk: Buffer, _encoding, done) { lines.push(chunk.toString()); done(); } }));
  const registry = createMetrics('web');
  const pages: TestWeb['pages'] = [];
  const closing = new AbortController();
  await bootstrapWorkspace({ db: options.db, config });
  const brain = createBrain({
    db: options.db, config, logger, ...(options.limits ? { limits: options.limits } : {}),
    ...(options.scripts ? { scripts: Object.fromEntries(Object.entries(options.scripts).map(([name, script]) => [name, parseScript(script)])) } : {}),
  });
  const chat = createChatService({
    db: options.db, models: brain.models, providerKeys: brain.providerKeys, store: brain.store, runTurn: brain.runTurn, externalDefault: brain.externalAgent !== null,
    metrics: createChatMetrics(registry),
  });
  const files = createFileService({ db: options.db, limits: config.files, logger, registry });
  const app = await buildServer({
    services: {
      db: options.db,
      config,
      defaultModelOf: brain.defaultModelOf, secretBox: brain.secretBox, providerKeys: brain.providerKeys, tools: brain.tools,
      sessions: options.sessions ?? { list: () => Promise.resolve([]), close: () => Promise.resolve(), closeOf: () => Promise.resolve(0) },
      calls: options.calls ?? noCalls,
      files,
      chat,
      health: { readiness: createReadiness(options.checks ?? {}, { cacheMs: 0, timeoutMs: 30_000 }), startedAt: new Date() },
      telephony: options.telephony ?? databaseTelephony(options.db, config.calls),
      signInThrottle: options.signInThrottle ?? new SignInThrottle(),
    },
    authenticator: createAuthenticator({ db: options.db, config }),
    logger, registry,
    realtimeMetrics: options.realtimeMetrics ?? (() => Promise.resolve('')),
    page: options.page ?? (async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      pages.push({ url: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString() });
      response.setHeader('content-type', 'text/html');
      response.end('<p>page</p>');
    }),
    closing: closing.signal,
    ...(options.routes ? { routes: options.routes } : {}),
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  return {
    app, config, registry, pages, closing, port,
    url: `http://127.0.0.1:${port}`,
    log: () => lines.join(''),
    ask: (method, path, given = {}) => ask(port, method, path, given),
    async [Symbol.asyncDispose]() {
      closing.abort();
      await chat.close();
      app.server.closeAllConnections();
      await app.close();
      await files.close();
    },
  };
}

function ask(port: number, method: string, path: string, given: { headers?: Record<string, string>; body?: string; key?: string | null }): Promise<TestAnswer> {
  const key = given.key === undefined ? API_KEY : given.key;
  const headers = {
    ...(key === null ? {} : { authorization: `Bearer ${key}` }),
    ...(given.body === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(given.body)) }),
    ...given.headers,
  };
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, method, path, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json: () => JSON.parse(text) as Record<string, unknown> });
      });
    });
    request.on('error', reject);
    request.end(given.body);
  });
}
