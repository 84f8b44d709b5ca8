import type { TakenCall } from '@/server/calls';
import { AppError, toAppError } from '@/server/platform/errors';
import { newId } from '@/server/platform/ids';
import type { HeldTrunk } from '@/server/telephony';
import type { SipAccount } from '../transport/sip/sip-account';
import type { SipCall } from '../transport/sip/sip-call';
import { SipTransport } from '../transport/sip/sip-transport';
import { failTakenCall } from './fail-taken-call';
import { runNotification } from './notification';
import { trunkPrincipal, type CallingDeps } from './telephone-deps';

/** Far below the time after which the records take a call for lost that its node does not know. */
const STALE_AFTER_MS = 10_000;

/** Dials a call that was taken, once: whatever goes wrong from here on is its end. Nobody is rung whom no agent could talk to. */
export async function placeCall(taken: TakenCall, over: { account: SipAccount; trunk: HeldTrunk } | undefined, deps: CallingDeps): Promise<void> {
  const { logger } = deps;
  const fail = (endReason: string, error: string): void => failTakenCall(taken, { endReason, error }, deps);
  if (!over) return fail('unreachable', 'The trunk was taken out of service while the call was about to be placed');
  if (taken.agentId === null) return fail('agent_unavailable', 'There is no agent to hold the call: set a default agent');
  const { account, trunk } = over;
  const principal = trunkPrincipal(trunk, taken.agentId);
  const takenAt = performance.now();
  const agent = await deps.agents.find({ principal, agentId: taken.agentId, spoken: true }).catch((error: unknown) => toAppError(error));
  if (agent instanceof AppError) return fail('agent_unavailable', `No agent could hold the call: ${agent.userMessage}`);
  if (performance.now() - takenAt > STALE_AFTER_MS) return fail('lease_lost', 'The database took so long that the call may be settled elsewhere; it was not dialled');
  if (!deps.leaseHeld() || deps.draining()) return fail('server_shutdown', 'The process that was to place the call was being stopped, or had lost the database');
  let sip: SipCall;
  try {
    sip = account.call({
      to: taken.extension, id: taken.id,
      ...(trunk.callerId === null ? {} : { from: { user: trunk.callerId, ...(trunk.displayName === null ? {} : { name: trunk.displayName }) } }),
    });
  } catch (error) {
    return fail('not_found', error instanceof RangeError ? error.message : 'extension: this cannot be dialled');
  }

  const { id, attemptId, workspaceId, agentId, maxDurationSeconds, message, choice } = taken;
  const hasMessage = message !== '';
  const call = deps.begin({ id, attemptId, workspaceId, agentId, maxDurationSeconds, hasMessage }, sip);
  logger.info({ call: id, trunk: trunk.name }, 'a call goes out');
  const conversationId = newId();
  const script = call.script(async (voice, signal) => {
    if (!hasMessage && !choice) return;
    call.found(await runNotification(voice, { message: message || null, choice, onPlayed: () => call.told() }, signal));
    if (!taken.converse) await voice.end('completed');
  });
  deps.talk(new SipTransport(sip, {
    start: { greeting: !hasMessage && !choice, agent_id: agentId, conversation_id: conversationId, client_id: taken.callerLabel.slice(0, 200) },
    onCall: call.listener, onEvent: call.onEvent, onClose: call.onClose,
  }), principal, { script, agent, apiKeyId: taken.apiKeyId });
  void sip.invite({ ringTimeoutMs: taken.ringTimeoutSeconds * 1_000 });
}
