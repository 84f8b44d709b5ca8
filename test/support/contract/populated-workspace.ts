import { randomUUID } from 'node:crypto';
import { and, eq } from 'drizzle-orm';
import { encode } from 'next-auth/jwt';
import { createApiKey } from '@/server/auth/api-keys';
import { ROLES, SCOPES, type Role, type Scope } from '@/server/auth/principal';
import { recordCallEvents } from '@/server/calls';
import { calls } from '@/server/calls/tables';
import { conversations, messages } from '@/server/conversations/tables';
import { fileChunks, files } from '@/server/files/tables';
import { webhookDeliveries } from '@/server/webhooks/tables';
import { fillWorkspace } from '@/server/workspaces/create-workspace';
import type { Database } from '@/server/platform/db/client';
import type { ControlSession } from '@/server/sessions/control-contract';
import { aConversation, aSignedInUser, aWorkspace } from '@test/support/builders';
import { enterUsage } from '@test/support/ledger';
import type { TestWeb } from '@test/support/web';

export const PROVIDER_KEY = 'sk-provider-key-that-nobody-may-see-0123456789';
export const TRUNK_PASSWORD = 'trunk-password-that-nobody-may-see-0123456789';

export interface PopulatedWorkspace {
  id: string;
  /** In every name and text of it: what another workspace must never read. */
  marker: string;
  /** An API key of each role, with every scope. */
  keys: Record<Role, string>;
  /** A key with one scope alone, of an owner's role: only the scope holds it back. */
  scoped: Record<Exclude<Scope, '*'>, string>;
  /** The owner's session. */
  cookie: string;
  ownerId: string;
  deviceToken: string;
  /** A thing for each name that a path or a body may call it by. */
  ids: Record<string, string>;
  /** What must not be in any answer or log line. */
  secrets: string[];
}

/** A workspace that has one of everything, made through the API itself where there is one. */
export async function aPopulatedWorkspace(web: TestWeb, db: Database, marker: string): Promise<PopulatedWorkspace> {
  const id = await aWorkspace(db, `${marker}-workspace`);
  const owner = await aSignedInUser(db, { workspaceId: await aWorkspace(db, `${marker}-other`), role: 'viewer' });
  await db.transaction((tx) => fillWorkspace(tx, { workspaceId: id, ownerId: owner.userId }));
  const member = await aSignedInUser(db, { workspaceId: id, role: 'viewer' });
  const spare = await aSignedInUser(db, { workspaceId: id, role: 'owner' });
  const key = async (name: string, role: Role, scopes: Scope[]) => (await createApiKey(db, { workspaceId: id, name: `${marker} ${name}`, role, scopes, createdBy: owner.userId })).key;
  const keys = Object.fromEntries(await Promise.all(ROLES.map(async (role) => [role, await key(role, role, ['*'])]))) as PopulatedWorkspace['keys'];
  const narrow = SCOPES.filter((scope) => scope !== '*');
  const scoped = Object.fromEntries(await Promise.all(narrow.map(async (scope) => [scope, await key(scope, 'owner', [scope])]))) as PopulatedWorkspace['scoped'];
  const spareToken = await encode({ token: { sub: spare.userId, signInId: spare.signInId }, secret: web.config.secrets.auth!.reveal() });

  const made = async (path: string, body: object, as: { key?: string; cookie?: string } = { key: keys.owner }) => {
    const answer = await web.ask('POST', path, { key: as.key ?? null, body: JSON.stringify(body), headers: as.cookie ? { cookie: as.cookie } : {} });
    if (answer.status !== 201) throw new Error(`POST ${path}: ${answer.status} ${answer.text}`);
    return answer.json() as Record<string, string> & { invitation: { id: string } };
  };
  const cookie = `sessionid=${spareToken}`;
  const agent = await made('/api/agents/', { name: `${marker} agent`, system_prompt: `${marker} prompt` });
  const spareAgent = await made('/api/agents/', { name: `${marker} spare agent` });
  const device = await made('/api/devices', { name: `${marker} device`, agent_id: agent.id });
  const lockedOut = await made('/api/keys', { name: `${marker} key` });
  const invitation = await made('/api/invitations', { email: `${marker}@invited.example`, role: 'viewer' }, { cookie });
  const taken = await made('/api/invitations', { email: `${marker}@taken-back.example`, role: 'viewer' }, { cookie });
  const reset = await made(`/api/users/${member.userId}/password-reset`, {}, { cookie });
  const vendor = await web.ask('PUT', '/api/provider-keys/openai', { key: keys.owner, body: JSON.stringify({ api_key: `${PROVIDER_KEY}${marker}` }) });
  if (vendor.status !== 200) throw new Error(`PUT /api/provider-keys/openai: ${vendor.status} ${vendor.text}`);
  const conversationId = await aConversation(db, { workspaceId: id, agentId: agent.id!, userLabel: `${marker}-caller`, title: `${marker} title`, said: [`${marker} words`, `${marker} answer`] });
  const threadId = await aConversation(db, { workspaceId: id, agentId: agent.id!, userLabel: spare.email, title: `${marker} thread`, said: [`${marker} question`, `${marker} reply`] });
  await db.update(conversations).set({ userId: spare.userId }).where(eq(conversations.id, threadId));
  const fileId = randomUUID();
  const words = Buffer.from(`${marker} file`);
  await db.insert(files).values({ id: fileId, workspaceId: id, conversationId: threadId, fileIndex: 0, name: `${marker}.txt`, kind: 'text', mediaType: 'text/plain', sizeBytes: words.length, sha256: '00', extractedText: `${marker} file`, state: 'ready' });
  await db.insert(fileChunks).values({ fileId, position: 0, bytes: words });
  const [question] = await db.select({ id: messages.id }).from(messages).where(and(eq(messages.conversationId, threadId), eq(messages.seq, 1)));

  await made('/api/sip/trunks', { name: `${marker} trunk`, domain: 'pbx.example.org', username: '100', password: `${TRUNK_PASSWORD}${marker}`, is_default: true });
  const spareTrunk = await made('/api/sip/trunks', { name: `${marker} spare trunk`, domain: 'spare.example.org', username: '100' });
  const changed = async (method: string, path: string, body: object) => {
    const answer = await web.ask(method, path, { key: keys.owner, body: JSON.stringify(body) });
    if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
  };
  await changed('POST', '/api/sip/dispatch-rules', { rules: [{ match: `${marker}-number`, agent_id: agent.id }] });
  await changed('PUT', '/api/call-policy', { default_agent_id: agent.id, denied_prefixes: [`${marker}-expensive`] });
  const call = await aTalkedCall(web, db, { workspaceId: id, key: keys.owner, marker });

  const budget = await made('/api/budgets', { scope: 'agent', agent_id: agent.id, limit_usd: 5 });
  const price = await made('/api/prices', { leg: 'stt', provider: `${marker}-vendor`, per_minute: 1 });
  await enterUsage(db, [{ workspaceId: id, conversationId, agentId: agent.id!, userLabel: `${marker}-caller`, leg: 'llm', provider: `${marker}-vendor`, model: `${marker}-model`, inputTokens: 1 }]);

  const tokenOf = (url: string) => url.slice(url.lastIndexOf('/') + 1);
  return {
    id, marker, keys, scoped, cookie, ownerId: spare.userId, deviceToken: device.token!,
    ids: {
      agent_id: agent.id!, spare_agent_id: spareAgent.id!, device_id: device.id!, key_id: lockedOut.id!, user_id: member.userId, sign_in_id: member.signInId,
      invitation_id: taken.invitation.id, conversation_id: conversationId, thread_id: threadId, file_id: fileId, message_id: question!.id, model_id: agent.id!, session_id: randomUUID(), workspace_id: id,
      trunk_id: spareTrunk.id!, budget_id: budget.id!, price_id: price.id!, ...call, vendor: 'openai', type: 'llm', name: 'openai', user_label: `${marker}-caller`, invitation_token: tokenOf(invitation.url!), reset_token: tokenOf(reset.url!),
    },
    secrets: [...Object.values(keys), ...Object.values(scoped), spareToken, device.token!, lockedOut.key!, tokenOf(invitation.url!), tokenOf(taken.url!), tokenOf(reset.url!), `${PROVIDER_KEY}${marker}`, `${TRUNK_PASSWORD}${marker}`],
  };
}

/** A call that somebody has answered, with an event and a webhook. */
async function aTalkedCall(web: TestWeb, db: Database, { workspaceId, key, marker }: { workspaceId: string; key: string; marker: string }): Promise<{ call_id: string; id: string }> {
  const answer = await web.ask('POST', '/call', { key, body: JSON.stringify({ message: `${marker} message`, extension: `${marker}-phone`, call_id: `call ${randomUUID()}` }) });
  if (answer.status !== 200) throw new Error(`POST /call: ${answer.status} ${answer.text}`);
  const { id, call_id: callId } = answer.json() as { id: string; call_id: string };
  await db.update(calls).set({ state: 'answered', attemptId: randomUUID(), answeredAt: new Date() }).where(eq(calls.id, id));
  const url = `https://${marker}.example.org/hook`;
  await db.insert(webhookDeliveries).values({ workspaceId, event: 'call.ended', subjectId: id, url, body: JSON.stringify({ choice_raw_text: `${marker} choice` }), state: 'delivered', attempts: 1, finishedAt: new Date() });
  await recordCallEvents(db, [{ callId: id, at: new Date(), kind: 'sip', direction: 'out', summary: `INVITE ${marker}` }]);
  return { call_id: callId, id };
}

/** A live session of it, as the realtime node would tell. */
export const liveSessionOf = ({ id, marker, ids, ownerId }: PopulatedWorkspace): ControlSession => ({
  session_id: ids.session_id!, conversation_id: ids.conversation_id!, workspace_id: id, agent_id: ids.agent_id!, agent_name: `${marker} agent`,
  user_label: `${marker}-caller`, channel: 'device', state: 'listening', started_at: new Date().toISOString(), turns: 1, principal: { kind: 'user', id: ownerId },
});
