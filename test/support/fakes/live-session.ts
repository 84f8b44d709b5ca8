import type { SessionStart } from '@/realtime/contract/realtime-events';
import { createRealtimeMetrics } from '@/realtime/metrics/realtime-metrics';
import type { AgentDirectory, SessionAgent } from '@/realtime/ports';
import type { Vad } from '@/realtime/providers/vad';
import { Connection } from '@/realtime/session/connection';
import type { SessionScript } from '@/realtime/session/session-script';
import type { NodeDeps } from '@/realtime/session/session-deps';
import { DEFAULT_SESSION_OPTIONS, type SessionOptions } from '@/realtime/session/session-options';
import { SessionRegistry } from '@/realtime/session/session-registry';
import { createResampler } from '@/realtime/audio/resampler';
import type { Principal } from '@/server/auth/principal';
import type { Channel } from '@/server/conversations/tables';
import { AppError } from '@/server/platform/errors';
import { newId } from '@/server/platform/ids';
import { createLogger } from '@/server/platform/logger';
import { Registry } from 'prom-client';
import { FakeBrain } from './fake-brain';
import { FakeStt } from './fake-stt';
import { FakeTts } from './fake-tts';
import { fakeVad } from './fake-vad';
import { LoopbackTransport } from './loopback-transport';
import { ManualClock, settle } from './manual-clock';
import { MemoryStore } from './memory-store';

export const WORKSPACE = '11111111-1111-4111-8111-111111111111';

export const testPrincipal: Principal = { kind: 'api_key', id: 'key', workspaceId: WORKSPACE, role: 'operator', scopes: ['*'], label: 'test' };

export const testAgent: SessionAgent = {
  id: '22222222-2222-4222-8222-222222222222', name: 'Assistant', systemPrompt: '', greeting: 'Hello there!', model: null, voice: null,
  settings: {}, speed: null, language: null, deafness: null,
  tools: [], turnSettings: {}, timeZone: 'UTC',
};

/** A whole connection with real session code, fakes where the world begins, and time that stands still. */
export class LiveSession {
  readonly clock = new ManualClock();
  readonly stt = new FakeStt();
  readonly tts: FakeTts;
  readonly brain = new FakeBrain();
  readonly store = new MemoryStore();
  readonly registry: SessionRegistry;
  readonly metrics = new Registry();
  readonly node: NodeDeps;
  agent = testAgent;

  constructor(private readonly options: { maxSessions?: number; session?: Partial<SessionOptions>; ttsSampleRate?: number; vad?: Vad; agents?: AgentDirectory; channel?: Channel; script?: SessionScript } = {}) {
    this.tts = new FakeTts(options.ttsSampleRate ? { sampleRate: options.ttsSampleRate } : {});
    this.registry = new SessionRegistry({ maxSessions: options.maxSessions ?? 10 });
    this.node = {
      stt: this.stt, tts: this.tts, vad: options.vad ?? fakeVad, brain: this.brain, store: this.store, clock: this.clock, createResampler,
      metrics: createRealtimeMetrics(this.metrics), logger: createLogger({ name: 'test', level: 'silent' }),
      options: { ...DEFAULT_SESSION_OPTIONS, ...options.session },
    };
  }

  /** A new client that has said nothing yet. */
  connect(principal: Partial<Principal> = {}): LoopbackTransport {
    const transport = new LoopbackTransport(() => this.clock.monotonic(), this.options.channel);
    transport.listen(new Connection({
      transport, node: this.node, registry: this.registry, nodeId: newId(), principal: { ...testPrincipal, ...principal }, defaultSampleRate: 16_000,
      ...(this.options.script ? { script: this.options.script } : {}),
      agents: this.options.agents ?? { find: async ({ agentId }) => {
        if (agentId && agentId !== this.agent.id) throw new AppError('not_found', `Agent ${agentId} not found`);
        return this.agent;
      } },
    }));
    return transport;
  }

  /** A client in a session, with what was sent so far forgotten. */
  async start(options: Omit<SessionStart, 'type'> = {}): Promise<LoopbackTransport> {
    const client = this.connect();
    client.say({ type: 'session.start', ...options });
    await settle();
    client.forget();
    return client;
  }

  async vad(options: Omit<SessionStart, 'type'> = {}): Promise<LoopbackTransport> {
    return this.start({ turn_detection: { type: 'server_vad' }, ...options });
  }

  /** Sends audio at real-time pace, 32 ms at a time. */
  async play(client: LoopbackTransport, kind: 'speech' | 'silence', ms: number): Promise<void> {
    for (let at = 0; at < ms; at += 32) {
      client.speak(new Int16Array(512).fill(kind === 'speech' ? 8_000 : 0));
      await this.clock.advance(32);
    }
  }

  /** Until nothing is left to play. */
  async finish(): Promise<void> { for (let i = 0; i < 200; i++) await this.clock.advance(50); }
}

export const tone = (ms: number, sampleRate = 16_000): Int16Array => new Int16Array((ms * sampleRate) / 1000).fill(8_000);
