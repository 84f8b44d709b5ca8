import type { FastifyRequest } from 'fastify';
import { describe, expect, it } from 'vitest';
import type { Authenticator } from '@/server/auth/authenticate';
import type { Principal } from '@/server/auth/principal';
import { createRequestAuthenticator } from '@/server/http/authenticate-request';
import { AppError } from '@/server/platform/errors';
import { ManualClock } from '@test/support/fakes/manual-clock';

const principal = (id: string): Principal => ({ kind: 'api_key', id, workspaceId: 'w', role: 'viewer', scopes: ['*'], label: id });

/** Knows the keys it is given; a lookup can be held up. */
function setUp() {
  const valid = new Map([['right', principal('k1')], ['other', principal('k2')]]);
  let looked = 0;
  let hold: Promise<void> = Promise.resolve();
  const authenticator: Authenticator = {
    async authenticate({ headers }) {
      looked++;
      const found = valid.get(String(headers['x-api-key']));
      await hold;
      if (!found) throw new AppError('unauthenticated', 'Unknown key');
      return found;
    },
  };
  const clock = new ManualClock();
  const callers = createRequestAuthenticator(authenticator, { clock });
  const ask = (key: string, ip = '10.0.0.1') => callers.authenticate({ headers: { 'x-api-key': key }, socket: { remoteAddress: ip }, ip, url: '/api/me' } as unknown as FastifyRequest)
    .then(({ id }) => id, (error: AppError) => error.kind);
  return { valid, callers, clock, ask, looked: () => looked, holdUp: (until: Promise<void>) => { hold = until; } };
}

describe('an API key', () => {
  it('is looked up once a second, however often it is used', async () => {
    const { ask, looked, clock } = setUp();
    for (let n = 0; n < 5; n++) expect(await ask('right')).toBe('k1');
    expect(looked()).toBe(1);
    await clock.advance(1_000);
    await ask('right');
    expect(looked()).toBe(2);
  });

  it('counts no more a second after another process revoked it', async () => {
    const { ask, valid, clock } = setUp();
    await ask('right');
    valid.delete('right');
    await clock.advance(1_000);
    expect(await ask('right')).toBe('unauthenticated');
  });

  it('counts no more at once where it was revoked, also when a lookup was under way', async () => {
    const { ask, valid, callers, holdUp, looked } = setUp();
    await ask('right');
    valid.delete('right');
    callers.forget({ kind: 'api_key', id: 'k1' });
    expect(await ask('right')).toBe('unauthenticated');

    let go = () => {};
    holdUp(new Promise((resolve) => { go = resolve; }));
    const early = ask('other'); // has read the row, which was still good
    valid.delete('other');
    callers.forget({ kind: 'api_key', id: 'k2' });
    go();
    expect(await early).toBe('k2');
    const before = looked();
    expect(await ask('other')).toBe('unauthenticated');
    expect(looked()).toBe(before + 1);
  });
});

describe('unknown keys', () => {
  it('are refused unread after sixty from one address in a minute, while keys known to be right still work', async () => {
    const { ask, looked, clock } = setUp();
    await ask('right');
    for (let n = 0; n < 60; n++) expect(await ask(`wrong ${n}`)).toBe('unauthenticated');
    const before = looked();
    expect(await ask('wrong again')).toBe('rate_limited');
    expect(await ask('other')).toBe('rate_limited'); // never seen before
    expect(looked()).toBe(before);
    await clock.advance(1_000);
    expect(await ask('right')).toBe('k1');
    expect(await ask('wrong', '10.0.0.2')).toBe('unauthenticated');
  });
});
