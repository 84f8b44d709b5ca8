import { awakeTimer } from '@/server/platform/awake-timer';
import { AppError } from '@/server/platform/errors';
import { newId } from '@/server/platform/ids';
import type { HeldTrunk } from '@/server/telephony';
import type { SipCall } from '../transport/sip/sip-call';
import { SipTransport } from '../transport/sip/sip-transport';
import { trunkPrincipal, type CallingDeps } from './telephone-deps';

/** Of a record without one of its own: an hour. */
const MAX_DURATION_SECONDS = 3_600;
/** A caller hears nothing meanwhile. Below the 32 s in which their telephone gives up, above a database that is busy. */
const DECIDE_LIMIT_MS = 5_000;
const WITHHELD = 'anonymous';

/**
 * Somebody rings: who is to answer is looked up, the record is begun, and the session answers the call once it has
 * started. Nobody is answered without a record, and so nobody while the database is away.
 */
export async function receiveCall(sip: SipCall, trunk: HeldTrunk, deps: CallingDeps): Promise<void> {
  const { facts } = sip;
  if (deps.draining()) return refuse('overloaded', 'draining');
  const { workspaceId } = trunk;
  const late = new AbortController();
  const limit = late.signal;
  const cancelLimit = awakeTimer(DECIDE_LIMIT_MS, () => late.abort());
  const decided = await decide().catch((error: unknown) => {
    deps.logger.warn({ err: error, trunk: trunk.name }, 'an incoming call could not be recorded and is refused');
    return null;
  });
  cancelLimit();
  if (!decided) return refuse('overloaded', 'no_record');
  const { agent, begun } = decided;
  if (begun === 'busy') return refuse('busy', 'busy');

  const agentId = agent instanceof AppError ? null : agent.id;
  const call = deps.begin({ id: begun.id, attemptId: begun.attemptId, workspaceId, agentId, maxDurationSeconds: MAX_DURATION_SECONDS, hasMessage: false }, sip);
  deps.logger.info({ call: call.id, trunk: trunk.name }, 'a call comes in');
  sip.listen(call.listener);
  if (sip.end) return call.listener.onEnded?.(sip.end); // given up meanwhile
  if (agent instanceof AppError) return call.hangUp({ reason: 'agent_unavailable', words: `No agent could take the call: ${agent.userMessage}` });
  if (deps.draining()) return call.hangUp({ reason: 'server_shutdown', words: 'Parley was being stopped or restarted' });
  sip.ring().catch((error: unknown) => deps.logger.debug({ err: error, call: call.id }, 'ringing could not be told'));
  const conversationId = newId();
  deps.talk(new SipTransport(sip, {
    start: { greeting: true, agent_id: agent.id, conversation_id: conversationId, client_id: callerLabel(facts.remoteNumber) },
    onCall: call.listener, onEvent: call.onEvent, onClose: call.onClose,
  }), trunkPrincipal(trunk, agent.id), { script: call.script(), agent });

  async function decide() {
    const deciding = (async () => {
      const agentId = await deps.trunks.chooseAgent({ workspaceId, trunkId: trunk.id, calledNumber: facts.calledNumber });
      const agent = agentId === null ? NOBODY : await deps.agents.find({ principal: trunkPrincipal(trunk, agentId), agentId, spoken: true }).catch((error: unknown) => unusable(error));
      limit.throwIfAborted();
      const { remoteNumber, remoteName, calledNumber, sipCallId } = facts;
      return { agent, begun: await deps.records.beginInbound({ workspaceId, trunkId: trunk.id, agentId, conversationId: null, remoteNumber, remoteName, calledNumber, sipCallId }) };
    })();
    deciding.catch(() => {}); // may be late: then nobody else listens
    return Promise.race([deciding, new Promise<null>((resolve) => { limit.addEventListener('abort', () => resolve(null), { once: true }); })]);
  }

  function refuse(how: 'overloaded' | 'busy', why: string): void {
    deps.refused(why);
    sip.refuse(how);
  }
}

const NOBODY = new AppError('not_found', 'nobody answers this number; set a dispatch rule, or a default agent');

/** What is wrong with an agent is told of the call; that nothing can be read is not about the agent. */
function unusable(error: unknown): AppError {
  if (error instanceof AppError) return error;
  throw error;
}

/** Under which conversations are found. */
const callerLabel = (number: string): string => number.slice(0, 200) || WITHHELD;
