import { sql } from 'drizzle-orm';
import { beginInboundCall, finishCall, moveCall, reapCalls, recordCallEvents, takeCall } from '@/server/calls';
import type { Config } from '@/server/platform/config';
import type { Database } from '@/server/platform/db/client';
import type { SecretBox } from '@/server/secrets';
import { chooseAgent, leaseTrunks, releaseTrunks, reportTrunkState, trunkCredentials } from '@/server/telephony';
import type { CallRecords } from './call-records';
import type { TrunkRecords } from './trunk-records';

export interface DatabaseRecordsOptions {
  db: Database;
  nodeId: string;
  config: Pick<Config, 'sip' | 'calls'>;
  box: SecretBox;
}

export function databaseCallRecords({ db, nodeId, config }: DatabaseRecordsOptions): CallRecords {
  return {
    take: (trunkIds) => takeCall(db, { nodeId, trunkIds, maxConcurrent: config.calls.maxConcurrent }),
    beginInbound: (call) => beginInboundCall(db, { ...call, nodeId }),
    move: (move) => moveCall(db, move),
    finish: (end) => finishCall(db, end),
    addEvents: (events) => recordCallEvents(db, events),
    async setMedia(rows) {
      if (rows.length === 0) return;
      const values = rows.map(({ id, attemptId, media }) => sql`(${id}::uuid, ${attemptId}::uuid, ${JSON.stringify(media)}::jsonb)`);
      await db.execute(sql`UPDATE calls SET media = v.media FROM (VALUES ${sql.join(values, sql`, `)}) AS v (id, attempt_id, media)
        WHERE calls.id = v.id AND calls.attempt_id = v.attempt_id AND calls.state = 'answered'`);
    },
    reap: (attemptIds) => reapCalls(db, { held: { nodeId, attemptIds } }),
  };
}

export function databaseTrunkRecords({ db, nodeId, config, box }: DatabaseRecordsOptions): TrunkRecords {
  return {
    lease: () => leaseTrunks(db, { nodeId, environment: config.sip.trunk !== undefined }),
    release: (trunkIds) => releaseTrunks(db, nodeId, trunkIds ? { trunkIds } : {}),
    credentials: (trunk) => trunkCredentials(db, box, trunk, config),
    report: async (report) => { await reportTrunkState(db, { ...report, nodeId }); },
    chooseAgent: (query) => chooseAgent(db, query),
  };
}
