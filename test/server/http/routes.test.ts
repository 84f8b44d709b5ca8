import { once } from 'node:events';
import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { content, events, json, nothing, type ServerSentEvent } from '@/server/api/answer';
import { binary, defineRoute } from '@/server/api/define-route';
import { AppError } from '@/server/platform/errors';
import { firstWorkspaceId } from '@test/support/builders';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { API_KEY, startTestWeb, type TestWeb } from '@test/support/web';

const auth = { role: 'operator' } as const;
const ended: string[] = [];

const parameters = defineRoute({
  meta: { openapi: { method: 'POST', path: '/api/try/{name}/parameters' }, auth, status: 201 },
  params: z.object({ name: z.string() }),
  query: z.object({ count: z.number().int().min(1).default(3), loud: z.boolean().optional(), tag: z.array(z.string()).optional() }),
  body: { kind: 'json', schema: z.object({ text: z.string().min(1) }) },
  answers: { 201: { description: 'What came', content: { 'application/json': z.looseObject({ workspace: z.string() }) } } },
  handle: ({ params, query, body, principal }) => json({ ...params, ...query, ...body, workspace: principal.workspaceId }),
});

const stream = defineRoute({
  meta: { openapi: { method: 'GET', path: '/api/try/stream' }, auth, errors: ['not_found'] },
  query: z.object({ kind: z.enum(['three', 'endless', 'silent', 'missing', 'broken', 'flood']).default('three') }),
  answers: { 200: { description: 'Events', content: { 'text/event-stream': z.object({ n: z.number() }) } } },
  handle: ({ query: { kind }, signal }) => events((async function* (): AsyncGenerator<ServerSentEvent> {
    signal.addEventListener('abort', () => ended.push(`${kind} aborted`));
    try {
      if (kind === 'missing') throw new AppError('not_found', 'No such thing');
      if (kind === 'silent') await new Promise(() => {});
      yield { event: 'connect', id: '1', data: { n: 1 } };
      if (kind === 'broken') throw new Error('secret reason');
      yield { data: 'two\nlines' };
      yield { event: 'odd\nname', data: null };
      while (kind === 'endless') { await new Promise((resolve) => setTimeout(resolve, 5)); yield { data: 'more' }; }
      for (let n = 0; kind === 'flood'; n++) { produced = n; yield { data: 'x'.repeat(65_536) }; }
    } finally {
      ended.push(kind);
    }
  })()),
});
let produced = 0;

const upload = defineRoute({
  meta: { openapi: { method: 'POST', path: '/api/try/upload' }, auth },
  body: {
    kind: 'form',
    fields: z.object({ thread_id: z.string().min(1), pages: z.number().int().optional() }),
    files: { file: { description: 'One' }, files: { description: 'Several', many: true } },
    maxFiles: 3, maxFileBytes: 100_000,
  },
  answers: { 200: { description: 'What came', content: { 'application/json': z.object({ files: z.array(z.unknown()), fields: z.unknown() }) } } },
  handle: async ({ body }) => {
    const files = [];
    for await (const { field, filename, type, stream: bytes } of body.files()) {
      let size = 0;
      for await (const chunk of bytes) size += (chunk as Buffer).length;
      files.push({ field, filename, type, size });
    }
    return json({ files, fields: await body.fields() });
  },
});

const audio = defineRoute({
  meta: { openapi: { method: 'POST', path: '/api/try/audio' }, auth, limit: { max: 4, windowSeconds: 60 } },
  body: { kind: 'bytes', types: ['audio/wav', 'audio/ogg'], maxBytes: 1_000 },
  answers: { 200: { description: 'The same, backwards', content: { 'audio/wav': binary } }, 204: { description: 'Silence' } },
  handle: ({ body: { data } }) => (data.length === 0 ? nothing() : content('audio/wav', Buffer.from(data).reverse())),
});

const untold = defineRoute({
  meta: { openapi: { method: 'GET', path: '/api/try/untold' }, auth: 'public' },
  answers: { 200: { description: 'A number', content: { 'application/json': z.object({ n: z.number() }) } } },
  handle: () => content('text/plain', 'something else'),
});

let database: TestDatabase;
let web: TestWeb;
beforeAll(async () => {
  database = await createTestDatabase();
  web = await startTestWeb({ db: database.db, routes: [parameters, stream, upload, audio, untold] });
});
afterAll(async () => {
  await web[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

function open(path: string, on = web): Promise<{ response: IncomingMessage; request: ClientRequest }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${on.url}${path}`, { headers: { authorization: `Bearer ${API_KEY}` }, agent: false }, (response) => resolve({ response, request }));
    request.on('error', reject);
    request.end();
  });
}

const form = (parts: [name: string, value: string | Blob, filename?: string][]) => {
  const data = new FormData();
  for (const [name, value, filename] of parts) {
    if (typeof value === 'string') data.append(name, value);
    else data.append(name, value, filename ?? 'blob');
  }
  return data;
};
const post = async (path: string, body: FormData | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) => {
  const response = await fetch(`${web.url}${path}`, { method: 'POST', body, headers: { authorization: `Bearer ${API_KEY}`, ...headers } });
  return { status: response.status, headers: response.headers, body: response.headers.get('content-type')?.startsWith('application/json') ? await response.json() as Record<string, unknown> : await response.text() };
};

describe('parameters of a declared route', () => {
  it('come from where they are declared, as what they are declared', async () => {
    const answer = await web.ask('POST', '/api/try/a%20b/parameters/?count=7&loud=false&tag=x', { body: '{"text":"hi"}' });
    expect([answer.status, answer.json()]).toEqual([201, { name: 'a b', count: 7, loud: false, tag: ['x'], text: 'hi', workspace: await firstWorkspaceId(database.db) }]);
  });

  it('are refused by name', async () => {
    for (const [query, body, field] of [['?count=0', '{"text":"hi"}', 'count'], ['?loud=maybe', '{"text":"hi"}', 'loud'], ['', '{"text":""}', 'text'], ['', '{}', 'text']] as const) {
      const answer = await web.ask('POST', `/api/try/a/parameters${query}`, { body });
      expect([answer.status, answer.json().issues], query + body).toMatchObject([400, [{ path: field }]]);
    }
  });

  it('are not read before the caller is let in', async () => {
    const answer = await web.ask('POST', '/api/try/a/parameters', { key: null, body: '{"broken' });
    expect(answer.status).toBe(401);
    expect((await post('/api/try/upload', form([['file', new Blob(['x'])]]), { authorization: 'Bearer nobody' })).status).toBe(401);
  });
});

describe('an event stream', () => {
  it('is frames as they come, and no cache or proxy holds them back', async () => {
    const answer = await web.ask('GET', '/api/try/stream');
    expect(answer.headers).toMatchObject({ 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache, no-transform', 'x-accel-buffering': 'no' });
    expect(answer.text).toBe('event: connect\nid: 1\ndata: {"n":1}\n\ndata: two\ndata: lines\n\nevent: odd name\ndata: null\n\n');
  });

  it('that fails before its first event is an ordinary error; later it breaks off, and the log knows why', async () => {
    expect((await web.ask('GET', '/api/try/stream?kind=missing')).json()).toEqual({ detail: 'No such thing' });
    expect((await web.ask('GET', '/api/try/stream?kind=loud')).status).toBe(400);
    const { response } = await open('/api/try/stream?kind=broken');
    const text: string[] = [];
    await expect((async () => { for await (const chunk of response) text.push(String(chunk)); })()).rejects.toThrow();
    expect(text.join('')).toContain('connect');
    expect(text.join('')).not.toContain('secret');
    await expect.poll(() => web.log()).toContain('secret reason');
    await expect.poll(() => web.registry.getSingleMetricAsString('parley_unexpected_errors_total')).toMatch(/ 1$/m);
  });

  it('sends headers and a comment while the source is silent', async () => {
    const { response, request } = await open('/api/try/stream?kind=silent');
    expect(response.statusCode).toBe(200);
    expect(String((await once(response, 'data') as [Buffer])[0])).toBe(':\n\n');
    request.destroy();
    await expect.poll(() => ended).toContain('silent aborted');
  });

  it('ends its source when the client goes', async () => {
    const { response, request } = await open('/api/try/stream?kind=endless');
    await once(response, 'data');
    request.destroy();
    await expect.poll(() => ended).toEqual(expect.arrayContaining(['endless', 'endless aborted']));
  });

  it('asks its source for no more than the client takes', async () => {
    const { response, request } = await open('/api/try/stream?kind=flood');
    await once(response, 'readable'); // and reads nothing
    // Stops, a few socket buffers in; one that did not heed the client would never.
    for (let before = -1; produced !== before;) {
      before = produced;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    request.destroy();
    await expect.poll(() => ended).toContain('flood');
  });

  it('ends cleanly when the process drains', async () => {
    await using other = await startTestWeb({ db: database.db, routes: [stream] });
    const { response } = await open('/api/try/stream?kind=endless', other);
    await once(response, 'data');
    response.resume();
    const end = once(response, 'end');
    other.closing.abort();
    await end;
    expect(response.complete).toBe(true);
  });

  it('is not begun by HEAD', async () => {
    const answer = await web.ask('HEAD', '/api/try/stream');
    expect([answer.status, answer.headers.allow]).toEqual([405, 'GET, OPTIONS']);
  });
});

describe('an upload', () => {
  it('gives files as they come, then its fields', async () => {
    const answer = await post('/api/try/upload', form([['pages', '3'], ['file', new Blob(['hello'], { type: 'text/plain' }), 'a.txt'], ['thread_id', 't1'], ['files', new Blob([Buffer.alloc(100_000)]), 'b.bin']]));
    expect(answer).toMatchObject({ status: 200, body: {
      files: [{ field: 'file', filename: 'a.txt', type: 'text/plain', size: 5 }, { field: 'files', filename: 'b.bin', size: 100_000 }],
      fields: { thread_id: 't1', pages: 3 },
    } });
  });

  it.each([
    ['a missing field', [['file', new Blob(['x'])]], 400, /^thread_id/],
    ['no file', [['thread_id', 't']], 400, /^file: a file is required/],
    ['a file under another name', [['photo', new Blob(['x'])], ['thread_id', 't']], 400, /^photo: no file belongs here; send it as "file" or "files"/],
    ['one file twice', [['file', new Blob(['x'])], ['file', new Blob(['x'])]], 400, /^file: must be one file/],
    ['too many files', Array.from({ length: 4 }, () => ['files', new Blob(['x'])]), 413, /^At most 3 files/],
    ['a file too large', [['file', new Blob([Buffer.alloc(100_001)])], ['thread_id', 't']], 413, /^file: the file has more than 100000 bytes/],
    ['a field too large', [['thread_id', 'x'.repeat(65_537)], ['file', new Blob(['x'])]], 413, /^thread_id/],
  ] as [string, [string, string | Blob][], number, RegExp][])('refuses %s', async (_what, parts, status, text) => {
    const answer = await post('/api/try/upload', form(parts));
    expect(answer.status).toBe(status);
    expect((answer.body as { detail: string }).detail).toMatch(text);
  });

  it('is refused while it is read, however much would follow', async () => {
    const request = httpRequest(`${web.url}/api/try/upload`, { method: 'POST', headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'multipart/form-data; boundary=b' } });
    request.on('error', () => {});
    request.write('--b\r\ncontent-disposition: form-data; name="file"; filename="x"\r\n\r\n');
    const timer = setInterval(() => request.write(Buffer.alloc(20_000)), 5); // without end
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    clearInterval(timer);
    request.destroy();
    expect(response.statusCode).toBe(413);
  });

  it('takes a form and nothing else, and says so', async () => {
    const wrong = await web.ask('POST', '/api/try/upload', { body: '{}' });
    expect([wrong.status, wrong.json().detail]).toEqual([415, 'Unsupported media type: send multipart/form-data']);
    expect((await web.ask('POST', '/api/try/upload')).status).toBe(415);
    const broken = await post('/api/try/upload', Buffer.from('--b\r\nnonsense'), { 'content-type': 'multipart/form-data; boundary=b' });
    expect([broken.status, (broken.body as { detail: string }).detail]).toEqual([400, expect.stringMatching(/^body: is no well-formed multipart/)]);
  });

  it('a client that writes on although it was refused still reads why', async () => {
    const answer = await post('/api/try/upload', form([['file', new Blob([Buffer.alloc(8_000_000)])]]));
    expect(answer.status).toBe(413);
  });
});

describe('bytes', () => {
  it('come and go by their type, counted while they are read, as often as the limit lets', async () => {
    const wav = { 'content-type': 'audio/wav' };
    expect(await post('/api/try/audio', Buffer.from('abc'), wav)).toMatchObject({ status: 200, body: 'cba' });
    expect((await post('/api/try/audio', Buffer.from('abc'), { 'content-type': 'audio/mpeg' }))).toMatchObject({ status: 415, body: { detail: 'Unsupported media type: send audio/wav or audio/ogg' } });
    expect((await post('/api/try/audio', Buffer.alloc(1_001), wav)).status).toBe(413);
    expect((await post('/api/try/audio', Buffer.alloc(0), wav)).status).toBe(204);
    const tooOften = await post('/api/try/audio', Buffer.from('abc'), wav);
    expect(tooOften.status).toBe(429);
    expect(Number(tooOften.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

describe('an answer that was not declared', () => {
  it('is a bug, and does not leave', async () => {
    const answer = await web.ask('GET', '/api/try/untold', { key: null });
    expect(answer.status).toBe(500);
    expect(answer.text).not.toContain('something else');
  });
});
