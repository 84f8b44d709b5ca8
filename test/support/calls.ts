import { eq, sql } from 'drizzle-orm';
import type { Principal } from '@/server/auth/principal';
import { placeCall, type CallResult } from '@/server/calls';
import { placeCallInput, type PlaceCallRequest, type PlacedCall } from '@/server/calls/contract';
import { callEvents, calls } from '@/server/calls/tables';
import { nodes } from '@/server/nodes/tables';
import { newId } from '@/server/platform/ids';
import type { Database } from '@/server/platform/db/client';
import { callPolicies, trunks } from '@/server/telephony/tables';
import { fillWorkspace } from '@/server/workspaces/create-workspace';
import { aSignedInUser, aWorkspace } from '@test/support/builders';

type Named<T extends { $inferInsert: object }> = Partial<T['$inferInsert']>;

export interface CallWorkspace {
  id: string;
  trunkId: string;
  principal: Principal;
}

/** A workspace with its default agent and one trunk to call over. */
export async function aCallingWorkspace(db: Database, options: { trunk?: Named<typeof trunks>; policy?: Named<typeof callPolicies> } = {}): Promise<CallWorkspace> {
  const id = await aWorkspace(db);
  const { userId } = await aSignedInUser(db, { workspaceId: await aWorkspace(db), role: 'viewer' });
  await db.transaction((tx) => fillWorkspace(tx, { workspaceId: id, ownerId: userId }));
  if (options.policy) await db.insert(callPolicies).values({ workspaceId: id, ...options.policy });
  return { id, trunkId: await aTrunk(db, id, options.trunk), principal: { kind: 'api_key', id: newId(), workspaceId: id, role: 'operator', scopes: ['calls'], label: 'a program' } };
}

export async function aTrunk(db: Database, workspaceId: string, values: Named<typeof trunks> = {}): Promise<string> {
  const [row] = await db.insert(trunks).values({ workspaceId, name: `trunk ${newId().slice(0, 8)}`, domain: 'pbx.example.org', username: '100', ...values }).returning({ id: trunks.id });
  return row!.id;
}

/** A realtime node; its lease lasts for an hour, and has lasted for one, unless said. */
export async function aNode(db: Database, { leaseSeconds = 3_600, heldSeconds = 3_600, kind = 'realtime', pid = 4_711 }: { leaseSeconds?: number; heldSeconds?: number; kind?: 'realtime' | 'worker'; pid?: number } = {}): Promise<string> {
  const id = newId();
  const seconds = (count: number) => sql`now() + make_interval(secs => ${count})`;
  await db.insert(nodes).values({ id, kind, pid, address: '', leaseExpiresAt: seconds(leaseSeconds), heldSince: seconds(-heldSeconds) });
  return id;
}

export const place = (db: Database, { principal }: Pick<CallWorkspace, 'principal'>, request: Partial<PlaceCallRequest> = {}, maxConcurrent = 1): Promise<PlacedCall> =>
  placeCall(db, { principal, input: placeCallInput.parse({ message: 'Hello there', extension: '1001', ...request }), egressAllow: [], maxConcurrent });

export const callRow = async (db: Database, id: string) => (await db.select().from(calls).where(eq(calls.id, id)))[0]!;
export const eventsOf = async (db: Database, id: string) => db.select().from(callEvents).where(eq(callEvents.callId, id)).orderBy(callEvents.seq);

export const talked: CallResult = { state: 'completed', endReason: 'hung_up_by_us', error: null, sipStatus: 200, messagePlayed: true };
