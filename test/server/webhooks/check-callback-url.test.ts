import { describe, expect, it } from 'vitest';
import { checkCallbackUrl } from '@/server/webhooks';

const resolve = (host: string) => (host === 'intranet.example'
  ? Promise.resolve([{ address: '10.0.0.1', family: 4 }])
  : host === 'hooks.example' ? Promise.resolve([{ address: '93.184.216.34', family: 4 }]) : Promise.reject(Object.assign(new Error('unknown'), { code: 'ENOTFOUND' })));
const check = (url: string, egressAllow: string[] = []) => checkCallbackUrl(url, { egressAllow, resolve });

describe('a callback URL', () => {
  it.each(['http://10.0.0.1/x', 'http://127.1/', 'http://0x7f.1/', 'http://localhost:3000/', 'https://[::ffff:10.0.0.1]/', 'https://intranet.example/hook', 'http://169.254.169.254/'])(
    'to a private place is refused with the field and the mend: %s', async (url) => {
      await expect(check(url)).rejects.toMatchObject({ kind: 'invalid_input', message: expect.stringMatching(/^callback_url: .*PARLEY_EGRESS_ALLOW/) as string });
    });

  it.each([
    ['not a url', 'must be a URL'], ['ftp://hooks.example/', 'must begin with'], ['file:///etc/passwd', 'must begin with'],
    ['https://me:secret@hooks.example/', 'must not contain a user name'], [`https://hooks.example/${'x'.repeat(2_000)}`, 'at most 2000'],
  ])('%s is refused', async (url, words) => {
    await expect(check(url)).rejects.toThrow(words);
  });

  it('never repeats a password that stands in it', async () => {
    await expect(check('https://me:opensesame@hooks.example/')).rejects.not.toThrow('opensesame');
  });

  it('to a public place is let through, also one whose name nobody knows yet', async () => {
    await check('https://hooks.example/webhook?token=1');
    await check('https://not-there-yet.example/');
  });

  it('to a private place is let through where the operator allows it', async () => {
    await check('http://10.0.0.1/x', ['10.0.0.0/8']);
    await check('https://intranet.example/hook', ['10.0.0.0/8']);
  });

  it('is let through when the name server takes too long: each try asks again', async () => {
    await checkCallbackUrl('https://slow.example/', { egressAllow: [], resolve: () => new Promise(() => {}) });
  });
});
