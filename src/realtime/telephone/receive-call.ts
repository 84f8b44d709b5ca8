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
  const limit = AbortSignal.timeout(DECIDE_LIMIT_MS);
  const decided = await decide().catch((error: unknown) => {
    deps.logger.warn({ err: error, trunk: trunk.name }, 'an incoming call could not be recorded and is refused');
    return null;
  });
  if (!decided) return refuse('overloaded', 'no_record');
  const { agentId, begun } = decided;
  if (begun === 'busy') return refuse('busy', 'busy');

  const call = deps.begin({ id: begun.id, attemptId: begun.attemptId, workspaceId, agentId, maxDurationSeconds: MAX_DURATION_SECONDS, hasMessage: false }, sip);
  deps.logger.info({ call: call.id, trunk: trunk.name }, 'a call comes in');
  sip.listen(call.listener);
  if (sip.end) return call.listener.onEnded?.(sip.end); // given up meanwhile
  if (agentId === null) return call.hangUp({ reason: 'agent_unavailable', words: 'No agent answers this number: set a dispatch rule, or a default agent' });
  if (deps.draining()) return call.hangUp({ reason: 'server_shutdown', words: 'Parley was being stopped or restarted' });
  sip.ring().catch((error: unknown) => deps.logger.debug({ err: error, call: call.id }, 'ringing could not be told'));
  const conversationId = newId();
  deps.talk(new SipTransport(sip, {
    start: { greeting: true, agent_id: agentId, conversation_id: conversationId, client_id: callerLabel(facts.remoteNumber) },
    onCall: call.listener, onEvent: call.onEvent,
  }), trunkPrincipal(trunk, { conversationId, agentId }), { script: call.script() });

  async function decide() {
    const deciding = (async () => {
      const agentId = await deps.trunks.chooseAgent({ workspaceId, trunkId: trunk.id, calledNumber: facts.calledNumber });
      limit.throwIfAborted();
      const { remoteNumber, remoteName, calledNumber, sipCallId } = facts;
      return { agentId, begun: await deps.records.beginInbound({ workspaceId, trunkId: trunk.id, agentId, conversationId: null, remoteNumber, remoteName, calledNumber, sipCallId }) };
    })();
    deciding.catch(() => {}); // may be late: then nobody else listens
    return Promise.race([deciding, new Promise<null>((resolve) => { limit.addEventListener('abort', () => resolve(null), { once: true }); })]);
  }

  function refuse(how: 'overloaded' | 'busy', why: string): void {
    deps.refused(why);
    sip.refuse(how);
  }
}

/** Under which conversations are found. */
const callerLabel = (number: string): string => number.slice(0, 200) || WITHHELD;
