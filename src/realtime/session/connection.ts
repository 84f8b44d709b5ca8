import type { Principal } from '@/server/auth/principal';
import { billingOf } from '@/server/usage';
import type { Channel } from '@/server/conversations/tables';
import { AppError } from '@/server/platform/errors';
import { newId } from '@/server/platform/ids';
import { CLOSE_CODES, type ErrorCode, type SessionStart } from '../contract/realtime-events';
import type { AgentDirectory, EndReason } from '../ports';
import type { ClientInput, Problem, Transport, TransportEnd, TransportListener } from '../transport/transport';
import { Session } from './session';
import { runScript } from './run-script';
import type { NodeDeps } from './session-deps';
import type { SessionRegistry } from './session-registry';
import type { SessionScript } from './session-script';
import { wait } from './wait';

export interface ConnectionOptions {
  transport: Transport;
  /** Whose credentials opened it. */
  principal: Principal;
  node: NodeDeps;
  nodeId: string;
  agents: AgentDirectory;
  registry: SessionRegistry;
  defaultSampleRate: number;
  /** Speaks through the first session of the connection. */
  script?: SessionScript;
  /** Of a call: the key it was placed with, which pays for it. */
  apiKeyId?: string | null;
}

/** What was played by our clock is still on its way: the network, the other side's jitter buffer. */
const ARRIVAL_MS = 300;

type Input = { event: ClientInput } | { samples: Int16Array } | { problem: Problem };

const ENDS: Record<TransportEnd, EndReason> = {
  client: 'disconnected', ping_timeout: 'ping_timeout', slow_consumer: 'slow_consumer', flood: 'flood', server: 'server_shutdown',
};
const CLOSES: Partial<Record<EndReason, [code: number, reason: string]>> = {
  client_closed: [CLOSE_CODES.normal, 'session closed'],
  revoked: [CLOSE_CODES.policy, 'credentials revoked'],
  replaced: [CLOSE_CODES.normal, 'continued on another connection'],
  closed_by_operator: [CLOSE_CODES.normal, 'closed by an operator'],
  server_shutdown: [CLOSE_CODES.restart, 'server restarts'],
  storage_unavailable: [CLOSE_CODES.internal, 'storage unavailable'],
  completed: [CLOSE_CODES.normal, 'completed'],
  silent: [CLOSE_CODES.normal, 'nobody said anything'],
  max_duration: [CLOSE_CODES.normal, 'the longest time was reached'],
  budget_used_up: [CLOSE_CODES.normal, 'the budget is used up'],
  failed: [CLOSE_CODES.internal, 'failed'],
};

/*
 *             session.start            loaded
 *   no session ───────────▶ starting ─────────▶ in session ── session.start ──▶ starting (the old session ends)
 *        ▲                     │ failed              │
 *        └─────────────────────┘                     └── session.close, disconnect ──▶ closed
 * What arrives while starting waits: the socket is paused, and what had already been read is kept in order.
 */
export class Connection implements TransportListener {
  #session: Session | undefined;
  #starting = false;
  #closed = false;
  #waiting: Input[] = [];
  #scripted = false;

  constructor(private readonly options: ConnectionOptions) {}

  onEvent(event: ClientInput): void { this.#take({ event }); }
  onAudio(samples: Int16Array): void { this.#take({ samples }); }
  onProblem(problem: Problem): void { this.#take({ problem }); }
  onHeld(held: boolean): void { this.#session?.hold(held); }
  onClosed(end: TransportEnd): void {
    this.#closed = true;
    void this.#endSession(ENDS[end]);
  }

  /** Ends the session and hangs up. */
  async close(reason: EndReason): Promise<void> {
    this.#closed = true;
    if (reason === 'revoked') this.#fail('revoked', 'The key, token or sign-in of this connection was revoked');
    await this.#endSession(reason);
    const [code, text] = CLOSES[reason] ?? [CLOSE_CODES.normal, ''];
    this.options.transport.close(code, text, reason);
  }

  #take(input: Input): void {
    if (this.#closed) return;
    if (this.#starting) { this.#waiting.push(input); return; }
    try {
      this.#handle(input);
    } catch (error) {
      this.options.node.logger.error({ err: error }, 'a client event failed');
      this.#fail('internal_error', 'An unexpected error occurred');
    }
  }

  #handle(input: Input): void {
    const session = this.#session;
    if ('problem' in input) return this.#fail(input.problem.code, input.problem.message);
    if ('event' in input && input.event.type === 'session.start') return void this.#start(input.event);
    if ('event' in input && input.event.type === 'session.close') return void this.close('client_closed');
    if (!session) return this.#fail('no_session', 'Send session.start first');
    if ('samples' in input) return session.audio(input.samples);
    switch (input.event.type) {
      case 'input_audio_buffer.commit': return session.commit();
      case 'input_text': return session.text(input.event.text);
      case 'input_dtmf': return session.digit(input.event.digit);
      case 'response.cancel': return session.cancel();
      case 'output_audio.clear': return session.clearAudio();
    }
  }

  async #start(start: SessionStart): Promise<void> {
    const { transport, registry, node } = this.options;
    if (!this.#session && !registry.reserve()) {
      this.#fail('pipeline_error', registry.draining ? 'The server is restarting; connect again' : 'The server has as many sessions as it takes; try again later');
      const [code, text] = registry.draining ? [CLOSE_CODES.restart, 'server restarts'] : [CLOSE_CODES.tryLater, 'too many sessions'];
      return transport.close(code, text);
    }
    const reserved = !this.#session;
    this.#starting = true;
    transport.pause();
    try {
      await this.#open(start);
    } catch (error) {
      this.#startFailed(error);
    } finally {
      if (reserved) registry.release();
      this.#starting = false;
      transport.resume();
    }
    if (!this.#session && transport.traits.startsOnce && !this.#closed) return transport.close(CLOSE_CODES.policy, 'the conversation could not be started');
    for (const input of this.#waiting.splice(0)) this.#take(input);
    // Closed meanwhile: `onClosed` saw the session that was there then, not this one.
    if (this.#closed) await this.#endSession('disconnected');
    if (node.logger.isLevelEnabled('debug')) node.logger.debug({ sessions: registry.size }, 'session start handled');
  }

  async #open(start: SessionStart): Promise<void> {
    const { principal, node, nodeId, agents, registry, transport } = this.options;
    const { workspaceId } = principal;
    const user = principal.kind === 'user' ? principal : null;
    const spoken = start.modalities?.includes('audio') ?? true;
    const { bound } = principal;
    const asked = start.conversation_id ?? bound?.conversationId;
    if (bound?.conversationId && bound.conversationId !== asked) throw new AppError('forbidden', 'This token is for another conversation');
    const agent = await agents.find({
      principal, spoken,
      ...(start.agent_id ? { agentId: start.agent_id } : {}),
      ...(asked ? { conversationId: asked } : {}),
    });
    await this.#endSession('restarted');
    const conversationId = asked ?? newId();
    const sessionId = bound?.sessionId ?? newId();
    // The same token again: whoever lost their network comes back before the old socket is given up.
    if (bound?.sessionId) await registry.close(sessionId, 'replaced');
    const channel: Channel = user ? 'browser' : principal.kind === 'device' ? 'device' : transport.traits.channel;
    const begun = bound?.conversationId !== undefined && (await node.store.history(conversationId)).length > 0;
    const userLabel = user?.label ?? (start.client_id || (principal.kind === 'device' ? principal.label : 'api-user'));
    await node.store.startConversation({
      id: conversationId, workspaceId, agentId: agent.id, userId: user?.id ?? null, userLabel, channel, nodeId,
      metadata: { sessionId, ...(start.client_id ? { clientId: start.client_id } : {}), ...(principal.kind === 'device' ? { deviceId: principal.id } : {}) },
    });
    const sampleRate = start.audio_config?.sample_rate ?? this.options.defaultSampleRate;
    const session: Session = new Session({
      ...node,
      send: (event) => transport.send(event),
      sendAudio: (samples) => transport.sendAudio(samples),
      sendVad: transport.sendVad,
      conversationGoesOn: () => registry.holds(conversationId),
      hangUp: (reason) => void this.#hangUp(session, reason),
    }, {
      sessionId, conversationId, workspaceId, agent, userLabel, channel, clientId: start.client_id ?? null, principal: { kind: principal.kind, id: principal.id },
      billing: { ...billingOf(principal, { channel, userLabel }), ...(this.options.apiKeyId ? { apiKeyId: this.options.apiKeyId } : {}) },
      sampleRate, outputSampleRate: transport.traits.outputSampleRate ?? sampleRate,
      serverVad: start.turn_detection?.type === 'server_vad',
      spoken,
      greeting: start.greeting === true && !begun,
    });
    this.#session = session;
    registry.add({ session, close: (reason) => this.close(reason) });
    session.start();
    this.#runScript(session);
  }

  #runScript(session: Session): void {
    const { script, node } = this.options;
    if (!script || this.#scripted) return;
    this.#scripted = true;
    runScript(script, session, { clock: node.clock, logger: node.logger, hangUp: (reason) => this.#hangUp(session, reason) });
  }

  /** From our side, after the last word. */
  async #hangUp(session: Session, reason: EndReason): Promise<void> {
    await wait(this.options.node.clock, ARRIVAL_MS, [session.ended]);
    if (!session.ended.aborted) await this.close(reason);
  }

  #startFailed(error: unknown): void {
    const kind = error instanceof AppError ? error.kind : 'internal';
    if (kind === 'not_found' || kind === 'invalid_input') return this.#fail('validation_error', (error as AppError).userMessage);
    // The agent is off, or not for this caller, or needs what this installation has not: nothing that trying again mends.
    if (kind === 'forbidden' || kind === 'conflict' || (kind === 'unavailable' && !(error as AppError).retryable)) return this.#fail('agent_error', (error as AppError).userMessage);
    this.options.node.logger.error({ err: error }, 'a session could not be started');
    this.#fail('pipeline_error', 'The session could not be started; try again later');
    if (kind === 'unavailable') this.options.transport.close(CLOSE_CODES.internal, 'storage unavailable');
  }

  async #endSession(reason: EndReason): Promise<void> {
    const session = this.#session;
    if (!session) return;
    this.#session = undefined;
    this.options.registry.remove(session);
    await session.end(reason);
  }

  #fail(code: ErrorCode, message: string): void {
    if (this.#session) return this.#session.fail(code, message);
    this.options.node.metrics.errorSent(code);
    this.options.transport.send({ type: 'error', message, code });
  }
}
