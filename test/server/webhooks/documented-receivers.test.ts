import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { EgressGuard } from '@/server/platform/egress/egress-guard';
import type { Secret } from '@/server/platform/secret';
import { sendWebhook } from '@/server/webhooks/send-webhook';
import { signWebhook } from '@/server/webhooks/sign-webhook';
import { newWebhookSecret } from '@/server/webhooks/signing-secrets';

const documented = /```js\n([\s\S]+?)```/.exec(readFileSync(new URL('../../../docs/webhooks.md', import.meta.url), 'utf8'))![1]!;

/** The program as it stands on the page, on a free port. */
async function startDocumented(secret: Secret) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', documented], { env: { ...process.env, WEBHOOK_SECRET: secret.reveal(), PORT: '0' } });
  let output = '';
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const port = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const listening = /listening on (\d+)/.exec(output);
      if (listening) resolve(listening[1]!);
    });
    void exited.then(() => reject(new Error(output)));
  });
  return {
    url: `http://127.0.0.1:${port}/`,
    said: () => output,
    async [Symbol.asyncDispose]() { child.kill('SIGKILL'); await exited; },
  };
}

describe('the receiver that the page on webhooks shows', () => {
  it('takes what we sign, also with two secrets, once, and refuses everything else', async () => {
    const secret = newWebhookSecret();
    await using receiver = await startDocumented(secret);
    const body = JSON.stringify({ call_id: 'out-1732945860-1', status: 'completed', choice_response: 'confirmed', choice_raw_text: 'ja, “gern” 👍' });
    const send = async (headers: Record<string, string>, text = body) => (await sendWebhook({
      url: receiver.url, headers, body: text, guard: new EgressGuard({ allow: ['127.0.0.0/8'] }), signal: new AbortController().signal,
    })).status;
    const signed = (secrets: Secret[], at = new Date(), id = 'one') => signWebhook({ id, at, body, secrets });

    expect(await send(signed([secret]))).toBe(204);
    expect(await send(signed([newWebhookSecret(), secret]))).toBe(204);
    expect(await send(signed([newWebhookSecret()]))).toBe(401);
    expect(await send(signed([secret]), `${body} `)).toBe(401);
    expect(await send(signed([secret], new Date(Date.now() - 600_000)))).toBe(401);
    expect(await send({ ...signed([secret]), 'webhook-id': 'two' })).toBe(401);
    expect(await send({})).toBe(401);
    expect(await send(signed([secret], new Date(), 'two'))).toBe(204);

    await vi.waitFor(() => expect(receiver.said().match(/out-1732945860-1: completed, confirmed/g)).toHaveLength(2), { timeout: 60_000 }); // of two ids, three accepted
  });
});
