import { Registry } from 'prom-client';
import { createResampler } from '@/realtime/audio/resampler';
import type { GateLimits } from '@/realtime/gateway/upgrade-gate';
import { startNode, type RealtimeNode } from '@/realtime/gateway/start-node';
import { createRealtimeMetrics } from '@/realtime/metrics/realtime-metrics';
import { systemSessionClock } from '@/realtime/session-clock';
import { DEFAULT_SESSION_OPTIONS } from '@/realtime/session/session-options';
import type { Authenticator } from '@/server/auth/authenticate';
import type { ConversationStore } from '@/server/conversations/store';
import type { AgentDirectory } from '@/realtime/ports';
import type { Principal } from '@/server/auth/principal';
import type { CallControl } from '@/server/calls';
import { createReadiness } from '@/server/health/readiness';
import { loadConfig } from '@/server/platform/config';
import { AppError } from '@/server/platform/errors';
import { newId } from '@/server/platform/ids';
import { createLogger } from '@/server/platform/logger';
import { Secret } from '@/server/platform/secret';
import { FakeBrain } from '@test/support/fakes/fake-brain';
import { FakeStt } from '@test/support/fakes/fake-stt';
import { FakeTts } from '@test/support/fakes/fake-tts';
import { fakeVad } from '@test/support/fakes/fake-vad';
import { testAgent, testPrincipal } from '@test/support/fakes/live-session';
import { MemoryStore } from '@test/support/fakes/memory-store';
import { RealtimeClient } from './realtime-client';

export const KEY = 'parley_test_key';

export interface TestNodeOptions {
  limits?: Partial<GateLimits>;
  env?: Record<string, string>;
  principal?: Partial<Principal>;
  /** Another node's, to be one installation with it. */
  secret?: Secret;
  /** Real ones, where the fakes below would not do. */
  authenticator?: Authenticator;
  agents?: AgentDirectory;
  store?: ConversationStore;
  onDeviceLeft?: (deviceId: string) => void;
  calls?: CallControl;
  nodeId?: string;
  /** How slowly it speaks. */
  msPerCharacter?: number;
}

/** A real node on a free port: real HTTP, real WebSockets, real sessions; speech, brain, store and credentials are fakes. */
export class TestNode {
  readonly stt = new FakeStt();
  readonly tts: FakeTts;
  readonly brain = new FakeBrain();
  readonly store = new MemoryStore();
  readonly registry = new Registry();
  readonly secret: Secret;
  /** While set, whoever wants in waits for it. */
  admission: Promise<void> | undefined;
  /** Resolves when somebody waits. */
  readonly asked: Promise<void>;
  #onAsked = () => {};
  readonly #clients: RealtimeClient[] = [];
  #node!: RealtimeNode;

  private constructor({ secret = new Secret('a secret of the installation'), msPerCharacter = 10 }: TestNodeOptions) {
    this.secret = secret;
    this.tts = new FakeTts({ msPerCharacter });
    this.asked = new Promise((resolve) => { this.#onAsked = resolve; });
  }

  static async start(options: TestNodeOptions = {}): Promise<TestNode> {
    const test = new TestNode(options);
    const clock = systemSessionClock;
    test.#node = await startNode({
      nodeId: options.nodeId ?? newId(), secret: test.secret, registry: test.registry, ...(options.limits ? { limits: options.limits } : {}),
      config: loadConfig({ NODE_ENV: 'test', REALTIME_PORT: '0', STENTOR_STT_URL: 'http://stt.test:8000', STENTOR_TTS_URL: 'http://tts.test:8000', ...options.env }),
      deps: {
        stt: test.stt, tts: test.tts, vad: fakeVad, brain: test.brain, store: options.store ?? test.store, clock, createResampler, options: DEFAULT_SESSION_OPTIONS,
        metrics: createRealtimeMetrics(test.registry), logger: createLogger({ name: 'test', level: 'silent' }),
      },
      ...(options.calls ? { calls: options.calls } : {}),
      ...(options.onDeviceLeft ? { onDeviceLeft: options.onDeviceLeft } : {}),
      agents: options.agents ?? { find: async () => testAgent },
      authenticator: options.authenticator ?? {
        authenticate: async ({ headers, url }) => {
          if (test.admission) { test.#onAsked(); await test.admission; }
          if (headers.authorization === `Bearer ${KEY}` || url.includes(`token=${KEY}`)) return { ...testPrincipal, ...options.principal };
          throw new AppError('unauthenticated', 'Unknown API key');
        },
      },
      readiness: createReadiness({ stt: (signal) => { void signal; return test.stt.check(); }, tts: () => test.tts.check(), agent: async () => {}, database: async () => {} }, { cacheMs: 0 }),
      openapi: () => ({ openapi: '3.1.0' }),
    });
    return test;
  }

  /** Long runs must not hold on to everything that ever happened. */
  forget(): void {
    this.#clients.length = 0;
    for (const record of [this.brain.turns, this.stt.heard, this.tts.spoken]) record.length = 0;
    this.store.forget();
  }

  get url(): string { return this.#node.url; }
  get sessions() { return this.#node.sessions; }
  get talk() { return this.#node.talk; }
  drain(limitMs: number): Promise<void> { return this.#node.drain(limitMs); }

  async connect(options: { path?: string; headers?: Record<string, string> } = {}): Promise<RealtimeClient> {
    const client = await RealtimeClient.open(`${this.url.replace('http', 'ws')}${options.path ?? '/api/v1/realtime'}`, options.headers ?? { authorization: `Bearer ${KEY}` });
    this.#clients.push(client);
    return client;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) client.terminate();
    await this.#node.drain(0);
  }
}
