import { Registry } from 'prom-client';
import { databaseAgentDirectory } from '@/realtime/gateway/agent-directory';
import { databaseCallRecords, databaseTrunkRecords } from '@/realtime/telephone/database-records';
import { Telephone, type TelephoneOptions } from '@/realtime/telephone/telephone';
import { WriteBehindStore } from '@/server/conversations/write-behind-store';
import { holdLease, type Lease } from '@/server/nodes/lease';
import type { DatabaseHandle } from '@/server/platform/db/client';
import { newId } from '@/server/platform/ids';
import type { Secret } from '@/server/platform/secret';
import { SecretBox } from '@/server/secrets';
import { quietLogger } from '@test/support/telephone/media-ear';
import { webConfig } from '@test/support/web';
import { TestNode } from './test-node';

/** A word lasts longer than what a busy machine loses of real-time audio. */
const MS_PER_CHARACTER = 30;
/** Longer than anything takes on a machine that stands still for a while. */
const LIMIT_MS = 30_000;

export interface TelephoneNodeOptions extends Partial<Pick<TelephoneOptions, 'startMedia' | 'account'>> {
  environment?: Record<string, string>;
  secret?: Secret;
}

/** A realtime node with a telephone on a real database: its SIP, its media, its sessions and its records are real; speech and brain are played. */
export class TelephoneNode {
  private constructor(readonly id: string, private readonly registry: Registry, readonly node: TestNode, readonly telephone: Telephone, readonly lease: Lease, private readonly store: WriteBehindStore) {}

  static async start({ db }: Pick<DatabaseHandle, 'db'>, { environment = {}, secret, ...options }: TelephoneNodeOptions = {}): Promise<TelephoneNode> {
    const config = webConfig({ SIP_HOST: '127.0.0.1', SIP_PORT: '0', CALL_QUEUE_MAX_CONCURRENT: '10', ...environment });
    const id = newId();
    const agents = databaseAgentDirectory(db, config);
    const records = { db, nodeId: id, config, box: new SecretBox(config.secrets) };
    const registry = new Registry();
    const telephone = new Telephone({
      sip: { ...config.sip, rtpPorts: null }, records: databaseCallRecords(records), trunks: databaseTrunkRecords(records), agents, registry, logger: quietLogger,
      onHopeless: () => {}, lookEveryMs: 200, ...options,
    });
    const store = new WriteBehindStore({ db, maxQueued: 1_000, logger: quietLogger });
    const node = await TestNode.start({ nodeId: id, calls: telephone.control, store, agents, msPerCharacter: MS_PER_CHARACTER, ...(secret ? { secret } : {}) });
    const lease = await holdLease({ db, kind: 'realtime', id, address: node.url, logger: quietLogger, describe: () => ({}) });
    await telephone.start(lease, node.talk);
    return new TelephoneNode(id, registry, node, telephone, lease, store);
  }

  get sipPort(): number { return this.telephone.port!; }
  metrics(): Promise<string> { return this.registry.metrics(); }

  /** As main.ts does. */
  async drain(graceMs = LIMIT_MS): Promise<void> {
    await Promise.all([this.telephone.drain(graceMs), this.node.drain(graceMs)]);
    await Promise.all([this.telephone.close(), this.store.close({ timeoutMs: LIMIT_MS })]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.drain(0);
    await this.lease.release();
  }
}
