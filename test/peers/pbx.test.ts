import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MediaNode } from '@/realtime/transport/rtp/media-node';
import { Secret } from '@/server/platform/secret';
import { Baresip } from '@test/support/telephone/baresip';
import { PASSWORD, PBX, startKamailio } from '@test/support/telephone/kamailio';
import { startMedia } from '@test/support/telephone/media-ear';
import { Telephone } from '@test/support/telephone/telephone';
import { shareOfTone, tone } from '@test/support/telephone/tones';
import { pause, until } from '@test/support/telephone/until';

let media: MediaNode;
let pbx: Awaited<ReturnType<typeof startKamailio>>;
beforeAll(async () => { [media, pbx] = await Promise.all([startMedia(), startKamailio()]); });
afterAll(async () => { await media.close(); await pbx[Symbol.asyncDispose](); });

async function registered(protocol: 'udp' | 'tcp', user = 'parley') {
  const phone = await Telephone.start({ media });
  const account = await phone.account({ user, domain: PBX, proxy: `127.0.0.1:${pbx.port}`, protocol, registers: true, password: new Secret(PASSWORD), allowedAddresses: [] });
  await until('registered', () => account.state === 'registered');
  return { phone, account, [Symbol.asyncDispose]: () => phone[Symbol.asyncDispose]() };
}

const caller = (protocol: 'udp' | 'tcp', options: { user: string; answers?: 'auto' | 'manual'; codecs?: string }) =>
  Baresip.start({ proxyPort: pbx.port, protocol, says: tone(700, 20_000), answers: 'auto', ...options });

describe.each(['udp', 'tcp'] as const)('at a Kamailio PBX over %s', (protocol) => {
  it('registers with digest, is rung by a baresip, talks both ways and takes its keys', async () => {
    await using office = await registered(protocol);
    await using bob = await caller(protocol, { user: 'bob' });
    bob.command('dial', `sip:parley@${PBX}`);
    await until('answered', () => office.phone.incoming[0]?.call.state === 'answered');
    const incoming = office.phone.incoming[0]!;
    expect(incoming.call.facts).toMatchObject({ direction: 'inbound', remoteNumber: 'bob', calledNumber: 'parley' });
    await incoming.say(440, 2_000);
    for (const key of ['1', '2', '#']) { bob.command('sndcode', key); await pause(400); }
    await until('a second was heard of them', () => incoming.frames.length > 100);
    await until('the keys came', () => incoming.digits.length >= 3);
    expect(incoming.digits.join('')).toBe('12#');
    bob.command('hangup');
    await until('over', () => incoming.end !== undefined);
    expect(incoming.end!.reason).toBe('hung_up_by_them');
    expect(shareOfTone(incoming.heard, 700)).toBeGreaterThan(0.85);
    await until('they heard us', () => shareOfTone(bob.heard, 440) > 0.8);
  });

  it('rings a baresip through the proxy, holds it and hangs up', async () => {
    await using office = await registered(protocol);
    await using bob = await caller(protocol, { user: 'bob', codecs: 'PCMA/8000/1' });
    const out = office.phone.ring(office.account, 'bob');
    await until('answered', () => out.call.state === 'answered');
    expect(out.call.codec).toBe('PCMA');
    await out.say(440, 1_500);
    await out.call.hold();
    const frames = out.frames.length;
    await pause(400);
    await out.call.unhold();
    await out.say(440, 500);
    expect(out.frames.length).toBeGreaterThan(frames);
    out.call.hangUp();
    await until('they noticed', () => bob.saw('CALL_CLOSED'));
    expect(shareOfTone(out.heard, 700)).toBeGreaterThan(0.8);
    await until('they heard us', () => shareOfTone(bob.heard, 440) > 0.8);
  });

  it('says busy, gives up ringing, and knows who is not there', async () => {
    await using office = await registered(protocol);
    office.phone.onCall = ({ call }) => call.refuse('busy');
    await using bob = await caller(protocol, { user: 'bob', answers: 'manual' });
    bob.command('dial', `sip:parley@${PBX}`);
    await until('they were told', () => bob.events.some(({ type, param }) => type === 'CALL_CLOSED' && param.includes('486')));
    const out = office.phone.ring(office.account, 'bob', { ringTimeoutMs: 1_500 });
    await until('rings', () => out.call.state === 'ringing');
    await until('over', () => out.end !== undefined);
    expect(out.end!.reason).toBe('no_answer');
    const nobody = office.phone.ring(office.account, 'nobody');
    await until('over', () => nobody.end !== undefined);
    expect(nobody.end).toMatchObject({ reason: 'not_found', status: 404 });
  });
});

it('is refused by the PBX with a wrong password, in words', async () => {
  await using phone = await Telephone.start({ media });
  const account = await phone.account({ user: 'parley', domain: PBX, proxy: `127.0.0.1:${pbx.port}`, registers: true, password: new Secret('wrong') });
  await until('refused', () => account.lastError !== null);
  expect(account.lastError).toBe('The registrar refuses the user or the password (401)');
});
