import type { Principal } from '@/server/auth/principal';
import type { Logger } from '@/server/platform/logger';
import type { HeldTrunk } from '@/server/telephony';
import type { RealtimeNode } from '../gateway/start-node';
import type { AgentDirectory } from '../ports';
import type { SipCall } from '../transport/sip/sip-call';
import type { CallRecords } from './call-records';
import type { LiveCall, LiveCallFacts } from './live-call';
import type { TrunkRecords } from './trunk-records';

/** What a call that comes in or goes out needs of its node. */
export interface CallingDeps {
  records: CallRecords;
  trunks: Pick<TrunkRecords, 'chooseAgent'>;
  agents: AgentDirectory;
  logger: Logger;
  talk: RealtimeNode['talk'];
  /** No call begins any longer. */
  draining(): boolean;
  leaseHeld(): boolean;
  /** The live call of a record. */
  begin(facts: LiveCallFacts, sip: SipCall): LiveCall;
  /** A call that never had a record. */
  refused(why: string): void;
}

/** A call acts for its trunk, with the agent that was chosen for it. */
export const trunkPrincipal = (trunk: HeldTrunk, agentId: string): Principal => ({
  kind: 'trunk', id: trunk.id, workspaceId: trunk.workspaceId, role: 'operator', scopes: ['*'], label: trunk.name, bound: { agentId },
});
