import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashApiKey } from '@/server/auth/api-keys';
import { ROLES } from '@/server/auth/principal';
import type { ControlSession } from '@/server/sessions/control-contract';
import { allRoutes, fillPath, type KnownRoute } from '@test/support/contract/all-routes';
import { aPopulatedWorkspace, liveSessionOf, type PopulatedWorkspace } from '@test/support/contract/populated-workspace';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { startTestWeb, type TestAnswer, type TestWeb } from '@test/support/web';

/**
 * Who may ask for what: the lowest role, and after it the scope that opens the route to a key that has nothing else.
 * Written by hand and not read from the routes, so that a change of their meta is a change here, seen by whoever reads it.
 */
const WHO: Record<string, string> = {
  'POST /ai/chat': 'operator chat',
  'GET /ai/chat/running': 'viewer chat',
  'POST /ai/chat/stop': 'operator chat',
  'GET /ai/chat/stream': 'operator chat',
  'POST /ai/chat/stream': 'operator chat',
  'GET /ai/conversations': 'viewer chat',
  'GET /ai/conversations/{conversation_id}': 'viewer chat',
  'GET /ai/health': 'public',
  'GET /ai/usage/stats': 'viewer usage',
  'GET /ai/version': 'public',
  'GET /api/agents/': 'viewer agents',
  'POST /api/agents/': 'admin agents',
  'GET /api/agents/default/current': 'viewer agents',
  'GET /api/agents/providers/available': 'viewer agents',
  'GET /api/agents/providers/{type}/{name}/fields': 'viewer agents',
  'GET /api/agents/tools/available': 'viewer agents',
  'GET /api/agents/{agent_id}': 'viewer agents',
  'PUT /api/agents/{agent_id}': 'admin agents',
  'DELETE /api/agents/{agent_id}': 'admin agents',
  'GET /api/agents/{agent_id}/conversation': 'operator realtime',
  'GET /api/agents/{agent_id}/providers': 'viewer agents',
  'PUT /api/agents/{agent_id}/providers': 'admin agents',
  'PUT /api/agents/{agent_id}/set-default': 'admin agents',
  'GET /api/audit': 'admin',
  'GET /api/call-policy': 'viewer calls',
  'PUT /api/call-policy': 'admin',
  'GET /api/calls': 'viewer calls',
  'GET /api/calls/{id}': 'viewer calls',
  'GET /api/conversation/status': 'viewer realtime',
  'GET /api/conversation/stream': 'operator realtime',
  'POST /api/conversation/stream': 'operator realtime',
  'GET /api/conversations': 'viewer',
  'GET /api/conversations/{conversation_id}': 'viewer',
  'PATCH /api/conversations/{conversation_id}': 'operator chat',
  'DELETE /api/conversations/{conversation_id}': 'operator chat',
  'POST /api/conversations/{conversation_id}/branch': 'operator chat',
  'GET /api/default-config': 'viewer chat',
  'GET /api/devices': 'viewer',
  'POST /api/devices': 'admin',
  'GET /api/devices/{device_id}': 'viewer',
  'PUT /api/devices/{device_id}': 'admin',
  'DELETE /api/devices/{device_id}': 'admin',
  'POST /api/devices/{device_id}/token': 'admin',
  'GET /api/docs': 'public',
  'GET /api/docs/favicon-32x32.png': 'public',
  'GET /api/docs/init.js': 'public',
  'GET /api/docs/swagger-ui-bundle.js': 'public',
  'GET /api/docs/swagger-ui.css': 'public',
  'POST /api/files/upload': 'operator chat',
  'POST /api/conversations/{conversation_id}/files': 'operator chat',
  'GET /api/files/preview': 'viewer chat',
  'GET /api/files/{file_id}': 'viewer chat',
  'DELETE /api/files/{file_id}': 'operator chat',
  'GET /api/health/status': 'viewer',
  'GET /api/invitations': 'admin',
  'POST /api/invitations': 'admin',
  'GET /api/invitations/by-token/{token}': 'public',
  'POST /api/invitations/by-token/{token}/accept': 'public',
  'DELETE /api/invitations/{invitation_id}': 'admin',
  'GET /api/keys': 'admin',
  'POST /api/keys': 'admin',
  'DELETE /api/keys/{key_id}': 'admin',
  'GET /api/live/': 'public',
  'GET /api/me': 'viewer',
  'PUT /api/me': 'viewer',
  'POST /api/me/password': 'viewer',
  'GET /api/me/sign-ins': 'viewer',
  'DELETE /api/me/sign-ins/{sign_in_id}': 'viewer',
  'GET /api/metrics': 'viewer metrics',
  'GET /api/openapi.json': 'public',
  'POST /api/models': 'viewer chat',
  'GET /api/password-resets/{token}': 'public',
  'POST /api/password-resets/{token}': 'public',
  'POST /api/privacy/erase': 'admin',
  'GET /api/prices': 'viewer usage',
  'POST /api/prices': 'admin usage',
  'GET /api/prices/{price_id}': 'viewer usage',
  'PATCH /api/prices/{price_id}': 'admin usage',
  'DELETE /api/prices/{price_id}': 'admin usage',
  'GET /api/budgets': 'viewer usage',
  'POST /api/budgets': 'admin usage',
  'GET /api/budgets/{budget_id}': 'viewer usage',
  'PATCH /api/budgets/{budget_id}': 'admin usage',
  'DELETE /api/budgets/{budget_id}': 'admin usage',
  'GET /api/privacy/export': 'admin',
  'GET /api/provider-keys': 'admin',
  'PUT /api/provider-keys/{vendor}': 'admin',
  'DELETE /api/provider-keys/{vendor}': 'admin',
  'GET /api/ready/': 'public',
  'GET /api/sessions': 'viewer',
  'DELETE /api/sessions/{session_id}': 'operator',
  'GET /api/sip/dispatch-rules': 'viewer calls',
  'POST /api/sip/dispatch-rules': 'admin',
  'GET /api/sip/trunks': 'viewer calls',
  'POST /api/sip/trunks': 'admin',
  'GET /api/sip/trunks/{trunk_id}': 'viewer calls',
  'PUT /api/sip/trunks/{trunk_id}': 'admin',
  'DELETE /api/sip/trunks/{trunk_id}': 'admin',
  'GET /api/sign-in-options': 'public',
  'GET /api/stats': 'viewer',
  'POST /api/threads/': 'viewer chat',
  'DELETE /api/threads/': 'operator chat',
  'POST /api/threads/create': 'operator chat',
  'POST /api/threads/list': 'viewer chat',
  'POST /api/threads/runs': 'operator chat',
  'GET /api/usage/records.csv': 'viewer usage',
  'GET /api/usage/summary': 'viewer usage',
  'GET /api/usage/unpriced': 'viewer usage',
  'GET /api/users': 'admin',
  'PUT /api/users/{user_id}': 'admin',
  'DELETE /api/users/{user_id}': 'admin',
  'POST /api/users/{user_id}/password-reset': 'admin',
  'GET /api/v1/info': 'viewer realtime',
  'GET /api/v1/realtime': 'operator realtime',
  'GET /api/webhooks/secret': 'admin',
  'POST /api/webhooks/secret/rotate': 'admin',
  'GET /api/workspace': 'viewer',
  'PUT /api/workspace': 'admin',
  'GET /api/workspaces': 'viewer',
  'POST /api/workspaces': 'owner',
  'POST /api/workspaces/{workspace_id}/switch': 'viewer',
  'POST /call': 'operator calls',
  'GET /call/{call_id}': 'viewer calls',
  'DELETE /call/{call_id}': 'operator calls',
  'GET /health': 'public',
  'GET /health/sip-bridge': 'public',
  'GET /health/sip-bridge-status': 'public',
  'GET /queue': 'viewer calls',
  'POST /speak': 'operator calls',
};

let database: TestDatabase;
let web: TestWeb;
let ours: PopulatedWorkspace;
let theirs: PopulatedWorkspace;
const live: ControlSession[] = [];
const answers: TestAnswer[] = [];
const closed: string[] = [];
const reached: string[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  web = await startTestWeb({ db: database.db, environment: { LLM_MODEL: 'builtin/assistant' }, sessions: {
    list: () => Promise.resolve(live),
    close: (id) => { closed.push(id); return Promise.resolve(); },
    closeOf: () => Promise.resolve(0),
  }, calls: {
    speak: (id) => { reached.push(id); return Promise.resolve(); },
    hangUp: (id) => { reached.push(id); return Promise.resolve(); },
  } });
  ours = await aPopulatedWorkspace(web, database.db, 'ours');
  theirs = await aPopulatedWorkspace(web, database.db, 'theirs');
  live.push(liveSessionOf(ours), liveSessionOf(theirs));
});
afterAll(async () => {
  await web[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

type As = { key?: string; cookie?: string };

async function ask(method: string, path: string, as: As, body?: object): Promise<TestAnswer> {
  const answer = await web.ask(method, path, { key: as.key ?? null, headers: as.cookie ? { cookie: as.cookie } : {}, ...(body ? { body: JSON.stringify(body) } : {}) });
  answers.push(answer);
  return answer;
}

const hasBody = (method: string) => method === 'POST' || method === 'PUT' || method === 'PATCH';

/** The route by its path, and by tRPC where it is a procedure; ids are of nobody, so that nothing comes of it. */
function asked(route: KnownRoute, as: As): Promise<TestAnswer>[] {
  const nobody = Object.fromEntries([...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => [name!, randomUUID()]));
  const byPath = route.path === '' ? [] : [ask(route.method, fillPath(route.path, nobody), as, hasBody(route.method) ? {} : undefined)];
  if (!route.procedure || route.procedure.type === 'subscription') return byPath;
  const { path, type } = route.procedure;
  return [...byPath, type === 'query' ? ask('GET', `/api/trpc/${path}?input=${encodeURIComponent(JSON.stringify(nobody))}`, as) : ask('POST', `/api/trpc/${path}`, as, nobody)];
}

const GUARDED = /needs the (role|scope) \\?"/;
const outcome = ({ status, text }: TestAnswer) => (status === 401 ? 'unknown' : status === 403 && GUARDED.test(text) ? 'refused' : 'let in');

describe('every route', () => {
  it('has a line in the table, and the table has no other', () => {
    expect(allRoutes().map(({ name }) => name).sort()).toEqual(Object.keys(WHO).sort());
  });

  it('lets in exactly whom the table names', async () => {
    const wrong: string[] = [];
    for (const route of allRoutes()) {
      const [role = '', scope] = (WHO[route.name] ?? '').split(' ');
      const isPublic = role === 'public';
      const callers: [who: string, as: As, expected: string][] = [
        ['nobody', {}, isPublic ? 'let in' : 'unknown'],
        ...ROLES.map((one): [string, As, string] => [one, { key: ours.keys[one] }, isPublic || ROLES.indexOf(one) >= ROLES.indexOf(role as typeof one) ? 'let in' : 'refused']),
        ...Object.entries(ours.scoped).map(([one, key]): [string, As, string] => [`scope ${one}`, { key }, isPublic || one === scope ? 'let in' : 'refused']),
        ['device', { key: ours.deviceToken }, isPublic || (role === 'viewer' && scope === 'realtime') ? 'let in' : 'refused'],
        ['owner by cookie', { cookie: ours.cookie }, 'let in'],
      ];
      const got = await Promise.all(callers.map(([, as]) => Promise.all(asked(route, as))));
      for (const [index, [who, , expected]] of callers.entries())
        for (const answer of got[index]!)
          if (outcome(answer) !== expected) wrong.push(`${route.name}: ${who} was ${outcome(answer)} (${answer.status}), should be ${expected}`);
    }
    expect(wrong).toEqual([]);
  });
});

/** What admins alone may do, and callers of open networks too, because a documented page shows it without credentials. */
const OPEN = new Set([
  'POST /api/agents/', 'PUT /api/agents/{agent_id}', 'DELETE /api/agents/{agent_id}', 'PUT /api/agents/{agent_id}/providers', 'PUT /api/agents/{agent_id}/set-default',
  'POST /api/sip/dispatch-rules',
]);

describe('an open network', () => {
  it('opens what operators may and what the documented pages show, and nothing else', async () => {
    await using open = await startTestWeb({ db: database.db, environment: { PARLEY_OPEN_NETWORKS: '127.0.0.0/8' } });
    const wrong: string[] = [];
    for (const { name, method, path } of allRoutes().filter((route) => route.path !== '')) {
      const [role = ''] = (WHO[name] ?? '').split(' ');
      const expected = ['public', 'viewer', 'operator'].includes(role) || OPEN.has(name) ? 'let in' : 'refused';
      const answer = await open.ask(method, path.replace(/\{\w+\}/g, randomUUID()), { key: null, ...(hasBody(method) ? { body: '{}' } : {}) });
      if (outcome(answer) !== expected) wrong.push(`${name}: ${outcome(answer)} (${answer.status}), should be ${expected}`);
    }
    expect(wrong).toEqual([]);
  });
});

/** Every row that belongs to the workspace or its people, as text. */
async function rowsOf({ id, ids, ownerId }: PopulatedWorkspace): Promise<Record<string, string>> {
  const tables = await database.db.execute<{ table_name: string; column_name: string }>(sql`
    select table_name, column_name from information_schema.columns
    where table_schema = 'public' and (column_name = 'workspace_id' or (column_name = 'user_id' and table_name in ('sign_ins', 'password_resets')) or (table_name in ('users', 'workspaces') and column_name = 'id'))`);
  const rows: Record<string, string> = {};
  for (const { table_name: table, column_name: column } of tables) {
    const owners = sql.join([id, ids.user_id!, ownerId].map((one) => sql`${one}`), sql`, `);
    const found = await database.db.execute(sql`select to_jsonb(t) - 'last_used_at' - 'last_seen_at' as row from ${sql.identifier(table)} t where ${sql.identifier(column)}::text in (${owners}) order by 1`);
    rows[`${table}.${column}`] = JSON.stringify(found);
  }
  return rows;
}

describe('another workspace', () => {
  it('reads, changes and ends nothing, whichever of its ids are tried where', async () => {
    const before = await rowsOf(theirs);
    expect(Object.values(before).join('')).toContain('theirs words');
    const { ids } = theirs;
    const body = { ...ids, ids: [ids.agent_id], name: 'x', email: 'x@example.org', role: 'viewer', text: 'x', api_key: 'sk-something-long-enough', message: 'x' };
    const wrong: string[] = [];
    for (const route of allRoutes().filter(({ meta }) => meta.auth !== 'public')) {
      const query = new URLSearchParams({ agent_id: ids.agent_id!, conversation_id: ids.conversation_id!, session_id: ids.session_id!, user_label: ids.user_label!, q: 'theirs' });
      const names = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
      for (const as of [{ key: ours.keys.owner }, { cookie: ours.cookie }]) {
        const answers = [
          ...(route.path ? [await ask(route.method, `${fillPath(route.path, ids)}?${query.toString()}`, as, hasBody(route.method) ? body : undefined)] : []),
          ...(route.procedure?.type === 'query' ? [await ask('GET', `/api/trpc/${route.procedure.path}?input=${encodeURIComponent(JSON.stringify(ids))}`, as)] : []),
          ...(route.procedure?.type === 'mutation' ? [await ask('POST', `/api/trpc/${route.procedure.path}`, as, body)] : []),
        ];
        for (const answer of answers) {
          const told = answer.text.replaceAll(ids.user_label!, '').includes('theirs'); // a label that was asked for may be repeated
          if (told || answer.status >= 500) wrong.push(`${route.name} answered ${answer.status} ${answer.text.slice(0, 300)}`);
          if (names.some((name) => OWNED.has(name)) && answer.status < 400) wrong.push(`${route.name} took their ids: ${answer.status} ${answer.text.slice(0, 300)}`);
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(await rowsOf(theirs)).toEqual(before);
    expect(closed).not.toContain(ids.session_id);
    expect(reached).not.toContain(ids.id);
  });
});

/** Path parameters that name a thing of one workspace; the others name kinds of things. */
const OWNED = new Set(['agent_id', 'device_id', 'key_id', 'user_id', 'sign_in_id', 'invitation_id', 'conversation_id', 'session_id', 'workspace_id', 'trunk_id', 'call_id', 'id']);

describe('secrets', () => {
  it('are in no answer and in no line of the log', async () => {
    for (const as of [{ key: ours.keys.owner }, { cookie: ours.cookie }])
      for (const route of allRoutes().filter(({ method, path }) => method === 'GET' && path !== ''))
        await ask('GET', fillPath(route.path, ours.ids), as);
    const passwordHash = '$argon2id$v=19$of-somebody';
    await database.db.execute(sql`update users set password_hash = ${passwordHash} where id = ${theirs.ids.user_id!}`);
    await ask('GET', '/api/users', { cookie: theirs.cookie });
    await ask('GET', `/api/me?token=${ours.keys.admin}`, { key: ours.keys.viewer });

    const { config } = web;
    const secrets = [
      ...ours.secrets, ...theirs.secrets, ...[...ours.secrets, ...theirs.secrets].map(hashApiKey), passwordHash,
      config.secrets.auth!.reveal(), config.secrets.encryption!.reveal(), config.firstStart.apiKey!.reveal(), config.firstStart.adminPassword!.reveal(),
    ];
    expect(answers.length).toBeGreaterThan(500);
    const told = secrets.filter((secret) => answers.some(({ text }) => text.includes(secret)));
    expect(told).toEqual([]);
    // Those that answers may show once, when they are made, are not in the log either.
    const shown = answers.flatMap(({ text }) => [...text.matchAll(/"(?:key|token|url|secret)":"([^"]{20,})"/g)].map(([, value]) => value!));
    expect([...secrets, ...shown].filter((secret) => web.log().includes(secret))).toEqual([]);
  });
});
