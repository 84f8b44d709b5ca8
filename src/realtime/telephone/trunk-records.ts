import type { HeldTrunk, TrunkCredentials, TrunkReport } from '@/server/telephony';

/** Where trunks are kept, as the telephone needs it. This node's name is the implementation's to know. */
export interface TrunkRecords {
  /** The trunks that are this node's to serve now; takes those that nobody serves. */
  lease(): Promise<HeldTrunk[]>;
  /** Gives these back, or all. */
  release(trunkIds?: string[]): Promise<void>;
  /** @throws AppError in words for the trunk's last error */
  credentials(trunk: HeldTrunk): Promise<TrunkCredentials>;
  report(report: Omit<TrunkReport, 'nodeId'>): Promise<void>;
  /** Who answers a call to this number; null: nobody can. */
  chooseAgent(query: { workspaceId: string; trunkId: string; calledNumber: string }): Promise<string | null>;
}
