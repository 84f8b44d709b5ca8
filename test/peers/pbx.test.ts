import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MediaNode } from '@/realtime/transport/rtp/media-node';
import { Secret } from '@/server/platform/secret';
import { Baresip, type BaresipOptions } from '@test/support/telephone/baresip';
import { PASSWORD, PBX, startKamailio } from '@test/support/telephone/kamailio';
import { startMedia } from '@test/support/telephone/media-ear';
import { Telephone, type WatchedCall } from '@test/support/telephone/telephone';
import { shareOfTone, tone } from '@test/support/telephone/tones';
import { pause, until } from '@test/support/telephone/until';

type Protocol = 'udp' | 'tcp';
/** Of the other side, who tells nobody when it heard what. */
const THEIR_HZ = 700;

let media: MediaNode;
let pbx: Awaited<ReturnType<typeof startKamailio>>;
beforeAll(async () => { [media, pbx] = await Promise.all([startMedia(), startKamailio()]); });
afterAll(async () => { await media.close(); await pbx[Symbol.asyncDispose](); });

/** We, registered, and a baresip that is registered too. */
async function office(protocol: Protocol, theirs: Partial<BaresipOptions> = {}) {
  const phone = await Telephone.start({ media });
  const account = await phone.account({ user: 'parley', domain: PBX, proxy: `127.0.0.1:${pbx.port}`, protocol, registers: true, password: new Secret(PASSWORD), allowedAddresses: [] });
  const bob = await Baresip.start({ user: 'bob', proxyPort: pbx.port, protocol, says: tone(THEIR_HZ, 20_000), answers: 'auto', ...theirs });
  await until('registered', () => account.state === 'registered');
  return {
    phone, account, bob,
    /** Bob rings us; resolves when it rings here. */
    async rung(): Promise<WatchedCall> {
      bob.command('dial', `sip:parley@${PBX}`);
      await until('it rings', () => phone.incoming.length > 0);
      return phone.incoming.at(-1)!;
    },
    bobWasTold: (status: string) => until(`bob was told ${status}`, () => bob.events.some(({ type, param }) => type === 'CALL_CLOSED' && param.includes(status))),
    async [Symbol.asyncDispose]() { await bob[Symbol.asyncDispose](); await phone[Symbol.asyncDispose](); },
  };
}

const answered = (watched: WatchedCall) => until('answered', () => watched.call.state === 'answered');
const over = (watched: WatchedCall) => until('over', () => watched.end !== undefined);
/** One after the other has come: who is sent two at once may swallow one. */
async function theirKeys(bob: Baresip, watched: WatchedCall, keys: string): Promise<void> {
  for (const [index, key] of [...keys].entries()) {
    bob.command('sndcode', key);
    await until(`their key ${key} came`, () => watched.digits.length > index);
    await pause(300);
  }
  expect(watched.digits.join('')).toBe(keys);
}
/** Resolves when hardly anything comes any longer: a quarter of what a call brings. */
async function quiet(watched: WatchedCall): Promise<void> {
  for (let tries = 0; tries < 20; tries++) {
    const before = watched.frames.length;
    await pause(400);
    if (watched.frames.length - before < 5) return;
  }
  throw new Error('They are still heard');
}
const weHear = (watched: WatchedCall) => until('we hear them', () => shareOfTone(watched.heard, THEIR_HZ) > 0.8 && watched.frames.length > 50);

describe.each(['udp', 'tcp'] as const)('at a Kamailio PBX over %s', (protocol) => {
  it('registers with digest, is rung by a baresip, talks both ways, takes its keys and sends ours', async () => {
    await using here = await office(protocol);
    const { bob } = here;
    const incoming = await here.rung();
    await answered(incoming);
    expect(incoming.call.facts).toMatchObject({ direction: 'inbound', remoteNumber: 'bob', calledNumber: 'parley' });
    await incoming.say(440, 1_500);
    await theirKeys(bob, incoming, '12#');
    incoming.call.sendDigits('49*');
    await until('our keys came', () => bob.digits === '49*');
    await weHear(incoming);
    bob.command('hangup');
    await over(incoming);
    expect(incoming.end!.reason).toBe('hung_up_by_them');
    await until('they heard us', () => shareOfTone(bob.heard, 440) > 0.8);
  });

  it('rings a baresip through the proxy, talks both ways, and either side holds and takes back', async () => {
    await using here = await office(protocol, { codecs: 'PCMA/8000/1' });
    const { bob } = here;
    const out = here.phone.ring(here.account, 'bob');
    await answered(out);
    expect(out.call.codec).toBe('PCMA');
    await out.say(440, 1_000);
    await weHear(out);

    await out.call.hold();
    await quiet(out);
    const frames = out.frames.length;
    await out.call.unhold();
    await until('they are heard again', () => out.frames.length > frames + 20);

    bob.command('hold');
    await until('held', () => out.story.at(-1) === 'held');
    await until('he knows it', () => bob.events.some(({ type, param }) => type === 'CALL_REMOTE_SDP' && param === 'answer')); // before, he takes nothing back
    bob.command('resume');
    await until('taken back', () => out.story.at(-1) === 'taken back');
    const afterwards = out.frames.length;
    await out.say(440, 500);
    await until('they are heard again', () => out.frames.length > afterwards + 20);
    out.call.hangUp();
    await until('they noticed', () => bob.saw('CALL_CLOSED'));
    expect(shareOfTone(out.heard, THEIR_HZ)).toBeGreaterThan(0.8);
    await until('they heard us', () => shareOfTone(bob.heard, 440) > 0.8);
  });

  it('takes keys that come by INFO', async () => {
    await using here = await office(protocol, { keys: 'info' });
    const incoming = await here.rung();
    await answered(incoming);
    await theirKeys(here.bob, incoming, '70*');
  });

  it('says busy and is told busy, and knows who is not there', async () => {
    await using here = await office(protocol, { answers: 'manual' });
    here.phone.onCall = ({ call }) => call.refuse('busy');
    await here.rung();
    await here.bobWasTold('486');
    const out = here.phone.ring(here.account, 'bob');
    await until('it rings', () => out.call.state === 'ringing');
    here.bob.command('hangup');
    await over(out);
    expect(out.end).toMatchObject({ reason: 'busy', status: 486 });
    const nobody = here.phone.ring(here.account, 'nobody');
    await over(nobody);
    expect(nobody.end).toMatchObject({ reason: 'not_found', status: 404 });
  });

  it('gives up when nobody answers, cancels, and is cancelled', async () => {
    await using here = await office(protocol, { answers: 'manual' });
    const { bob } = here;
    const unanswered = here.phone.ring(here.account, 'bob', { ringTimeoutMs: 4_000 });
    await over(unanswered);
    expect(unanswered.story).toEqual(['ringing', 'ended: no_answer']);
    await until('their telephone is quiet', () => bob.saw('CALL_CLOSED'));

    const cancelled = here.phone.ring(here.account, 'bob');
    await until('it rings', () => cancelled.call.state === 'ringing' && bob.events.filter(({ type }) => type === 'CALL_INCOMING').length === 2);
    cancelled.call.hangUp();
    await until('their telephone is quiet', () => bob.events.filter(({ type }) => type === 'CALL_CLOSED').length === 2);
    expect(cancelled.end!.reason).toBe('cancelled');

    here.phone.onCall = ({ call }) => { call.ring().catch(() => {}); };
    const incoming = await here.rung();
    await until('they hear it ring', () => bob.saw('CALL_RINGING'));
    bob.command('hangup');
    await over(incoming);
    expect(incoming.end).toMatchObject({ reason: 'cancelled', status: 487 });
  });

  it('is heard before it answers', async () => {
    await using here = await office(protocol);
    here.phone.onCall = ({ call }) => { call.earlyMedia().catch(() => {}); };
    const incoming = await here.rung();
    await until('they were told', () => here.bob.saw('CALL_PROGRESS'));
    await incoming.say(600, 1_500);
    expect(incoming.call.state).toBe('ringing');
    here.bob.command('hangup');
    await over(incoming);
    expect(incoming.end!.reason).toBe('cancelled');
    await until('they heard us', () => shareOfTone(here.bob.heard, 600) > 0.8);
  });
});

it('is refused by the PBX with a wrong password, in words', async () => {
  await using phone = await Telephone.start({ media });
  const account = await phone.account({ user: 'parley', domain: PBX, proxy: `127.0.0.1:${pbx.port}`, registers: true, password: new Secret('wrong') });
  await until('refused', () => account.lastError !== null);
  expect(account.lastError).toBe('The registrar refuses the user or the password (401)');
});
