import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { modelSettings } from '@/server/agents';
import { createCatalog } from '@/server/agents/providers/catalog';
import { VENDOR_ORDER, VENDORS } from '@/server/llm';
import { loadConfig } from '@/server/platform/config';

/** Takes one request and refuses it: what was asked is all that counts. */
async function askedBy(request: (baseUrl: string) => PromiseLike<unknown>): Promise<string> {
  let body = '';
  const server = createServer((incoming, response) => {
    void (async () => {
      for await (const part of incoming) body += String(part);
      response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":{"message":"no"}}');
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await Promise.resolve(request(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`)).catch(() => {});
    return body;
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

const catalog = createCatalog({ config: loadConfig({ NODE_ENV: 'test' }), defaultModel: 'builtin/assistant' }, () => true);

describe('every setting that a vendor’s form offers', () => {
  it.each(VENDOR_ORDER)('reaches %s', async (vendor) => {
    const { model, ...fields } = catalog.get('llm', vendor, 'vendor').fields!;
    expect(model).toMatchObject({ default: VENDORS[vendor].defaultModel });
    for (const [name, { step }] of Object.entries(fields)) {
      const value = step === 1 ? 321 : 0.4375;
      const settings = modelSettings({ [name]: value });
      expect(Object.keys(settings), name).toHaveLength(1);
      const body = await askedBy((baseUrl) => VENDORS[vendor].create('some-model', { apiKey: 'key', baseUrl }).doStream({ prompt: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }], ...settings }));
      expect(body, `${vendor} ${name}`).toContain(String(value));
    }
  });
});

it('what is no number is no setting', () => {
  expect(modelSettings({ temperature: '1', model: 'x', max_tokens: null, unknown: 3 })).toEqual({});
});
