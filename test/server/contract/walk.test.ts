import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signIns } from '@/server/auth/tables';
import { openApiDocument } from '@/server/api/openapi';
import type { OpenApiOperation } from '@/server/api/openapi-operations';
import { fillPath } from '@test/support/contract/all-routes';
import { casesOf, type Case } from '@test/support/contract/cases';
import { documentCheck } from '@test/support/contract/document-check';
import { aPopulatedWorkspace, liveSessionOf } from '@test/support/contract/populated-workspace';
import type { Schema } from '@test/support/contract/sample';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { startTestWeb, type TestAnswer, type TestWeb } from '@test/support/web';
import type { ControlSession } from '@/server/sessions/control-contract';

/** Operations whose success takes more than their document says, and where it is tested instead. */
const SUCCEEDS_ELSEWHERE: Record<string, string> = {
  'GET /ai/chat/stream': 'with a cookie, for our own pages alone',
  'GET /api/conversation/stream': 'a WebSocket',
  'GET /api/v1/realtime': 'a WebSocket',
  'POST /api/conversations/{conversation_id}/files': 'a form with a file',
  'POST /api/files/upload': 'a form with a file',
  'POST /api/prices': 'takes what its leg is paid by, and nothing else',
  'POST /api/me/password': 'needs the password, which no example can know',
};

let database: TestDatabase;
let web: TestWeb;
let check: Awaited<ReturnType<typeof documentCheck>>;
const live: ControlSession[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  web = await startTestWeb({ db: database.db, environment: { LLM_MODEL: 'builtin/assistant' }, sessions: { list: () => Promise.resolve(live), close: () => Promise.resolve(), closeOf: () => Promise.resolve(0) }, calls: { speak: () => Promise.resolve(), hangUp: () => Promise.resolve() } });
  check = await documentCheck(openApiDocument());
});
afterAll(async () => {
  await web[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

/** A workspace to walk in: what one walk deletes, another still needs. */
async function aWorkspaceToWalk(marker: string) {
  const ours = await aPopulatedWorkspace(web, database.db, marker);
  live.push(liveSessionOf(ours));
  const [own] = await database.db.insert(signIns).values({ userId: ours.ownerId, expiresAt: new Date(Date.now() + 3_600_000) }).returning({ id: signIns.id });
  const { name: provider, type, invitation_token, reset_token, spare_agent_id, ...ids } = ours.ids;
  const known = { ...ids, sign_in_id: own!.id, time_zone: 'Europe/Prague', email: 'someone@example.org', password: 'correct horse battery', new_password: 'correct horse battery' };
  return {
    cookie: ours.cookie,
    valuesFor: (method: string, path: string): Record<string, unknown> => ({
      ...known,
      ...(method === 'DELETE' ? { agent_id: spare_agent_id } : {}), // the other one is the default by then, which stays
      ...(path.endsWith('/branch') ? { conversation_id: ids.thread_id } : {}), // only one's own can be branched
      ...(path.startsWith('/ai/conversations') ? { user_id: '*' } : {}), // whatever they are called
      ...(path.startsWith('/api/agents/providers') ? { type, name: provider } : {}),
      token: path.includes('invitations') ? invitation_token : reset_token,
    }),
  };
}

const document = openApiDocument();
const resolve = (ref: string) => document.components.schemas[ref.replace('#/components/schemas/', '')] as Schema;
const operations = Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation, name: `${method.toUpperCase()} ${path}` })));
// What deletes comes last: the others still need what there is.
const ordered = [...operations].sort((a, b) => Number(a.method === 'DELETE' || a.path.endsWith('/erase')) - Number(b.method === 'DELETE' || b.path.endsWith('/erase')));

async function send(cookie: string, method: string, path: string, { path: ids, query, body, headers }: Case): Promise<TestAnswer> {
  const search = new URLSearchParams(query).toString();
  return web.ask(method, `${fillPath(path, ids)}${search ? `?${search}` : ''}`, { key: null, headers: { cookie, ...headers }, ...(body === undefined ? {} : { body }) });
}

async function walk(marker: string, kinds: Case['kind'][]): Promise<{ wrong: string[]; succeeded: Set<string>; sent: number }> {
  const { cookie, valuesFor } = await aWorkspaceToWalk(marker);
  const complaints: string[] = [];
  const succeeded = new Set<string>();
  let sent = 0;
  const one = async ({ method, path, operation, name }: (typeof operations)[number]) => {
    for (const given of casesOf(operation as OpenApiOperation, { resolve, known: valuesFor(method, path) }).filter(({ kind }) => kinds.includes(kind))) {
      const answer = await send(cookie, method, path, given);
      sent++;
      const faults = check(method, path, answer);
      if (answer.status >= 500) faults.push(`a ${answer.status}`);
      if (given.kind === 'wrong' && answer.status < 400) faults.push('took what is wrong');
      if (answer.status === 400 && typeof (answer.json().detail ?? answer.json().error) !== 'string') faults.push('says nothing');
      if (answer.status < 300) succeeded.add(name);
      for (const fault of faults) complaints.push(`${name} (${given.what}) ${answer.status}: ${fault} — ${answer.text.slice(0, 200)}`);
    }
  };
  for (const operation of ordered) await one(operation);
  return { wrong: complaints, succeeded, sent };
}

describe('the check itself', () => {
  it('knows what the document does not promise', async () => {
    const answer = await web.ask('GET', '/api/me');
    const altered = (change: Partial<TestAnswer>) => check('GET', '/api/me', { ...answer, ...change });
    expect(altered({})).toEqual([]);
    expect(altered({ status: 418 })).toEqual(['status 418 is not documented']);
    const { role: _role, ...rest } = answer.json();
    expect(altered({ text: JSON.stringify(rest), json: () => rest })).toEqual([expect.stringMatching(/role/)]);
    expect(altered({ status: 404, text: '{"detail":{}}', json: () => ({ detail: {} }) }).length).toBeGreaterThan(0);
  });
});

describe('every operation of the document', { timeout: 600_000 }, () => {
  it('refuses what is wrong, and answers what is odd, with nothing that is not documented', async () => {
    const { wrong, sent } = await walk('wrong', ['wrong', 'odd']);
    expect(wrong).toEqual([]);
    expect(sent).toBeGreaterThan(operations.length * 5);
  });

  it('takes what is right, and answers as documented', async () => {
    const { wrong, succeeded } = await walk('right', ['valid']);
    expect(wrong).toEqual([]);
    expect(operations.map(({ name }) => name).filter((name) => !succeeded.has(name)).sort()).toEqual(Object.keys(SUCCEEDS_ELSEWHERE).sort());
  });

  it('answers as documented at the edges of what is right', async () => {
    expect((await walk('edge', ['edge'])).wrong).toEqual([]);
  });

  it('never met a bug', async () => {
    expect(await web.registry.getSingleMetricAsString('parley_unexpected_errors_total')).toMatch(/ 0$/m);
  });
});
