import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MediaNode } from '@/realtime/transport/rtp/media-node';
import { startMedia } from '@test/support/telephone/media-ear';
import { Telephone, type TelephoneOptions } from '@test/support/telephone/telephone';
import { lossyRelay } from '@test/support/telephone/relay';
import { pause, until } from '@test/support/telephone/until';

type Protocol = 'udp' | 'tcp';

let media: MediaNode;
beforeAll(async () => { media = await startMedia(); });
afterAll(async () => { await media.close(); });

/** Two telephones, each a static trunk of the other. */
async function pair(options: { protocol?: Protocol; anna?: TelephoneOptions; codecs?: readonly ('PCMU' | 'PCMA')[]; proxyPort?: number } = {}) {
  const protocol = options.protocol ?? 'udp';
  const [anna, bert] = await Promise.all([Telephone.start({ media, ...options.anna }), Telephone.start({ media })]);
  const accountAnna = await anna.account({ user: 'anna', protocol, domain: `127.0.0.1:${options.proxyPort ?? bert.port}` });
  const accountBert = await bert.account({ user: 'bert', protocol, domain: `127.0.0.1:${anna.port}`, ...(options.codecs ? { codecs: options.codecs } : {}) });
  return {
    anna, bert, accountAnna, accountBert,
    [Symbol.asyncDispose]: async () => { await Promise.all([anna, bert].map((each) => each[Symbol.asyncDispose]())); },
  };
}

describe.each<Protocol>(['udp', 'tcp'])('a call over %s', (protocol) => {
  it('is answered, carries audio and keys both ways, and ends for both when one hangs up', async () => {
    await using phones = await pair({ protocol });
    const { anna, bert, accountAnna } = phones;
    bert.onCall = ({ call }) => { void call.ring().then(() => call.answer()); };
    const out = anna.ring(accountAnna, 'bert');
    await until('answered', () => out.call.state === 'answered' && bert.incoming[0]?.call.state === 'answered');
    const incoming = bert.incoming[0]!;
    expect(incoming.call.facts).toMatchObject({ direction: 'inbound', remoteNumber: 'anna', calledNumber: 'bert' });
    await Promise.all([out.sayUntil(440, () => incoming.hears(440)), incoming.sayUntil(700, () => out.hears(700))]);
    out.call.sendDigits('42#');
    await until('the keys came', () => incoming.digits.length === 3);
    expect(incoming.digits.join('')).toBe('42#');
    incoming.call.hangUp();
    await until('over', () => out.end !== undefined && incoming.end !== undefined);
    expect(out.story).toEqual(['ringing', 'answered', 'ended: hung_up_by_them']);
    expect(incoming.story).toEqual(['answered', 'ended: hung_up_by_us']);
    expect((await out.call.statistics())!.received).toBeGreaterThan(50);
    await until('nothing is left', () => media.size === 0 && accountAnna.calls === 0);
  });

  it.each([
    ['busy', 'busy', 486], ['unavailable', 'unavailable', 480], ['declined', 'declined', 603], ['not_found', 'not_found', 404],
  ] as const)('that is refused as %s ends so', async (why, reason, status) => {
    await using phones = await pair({ protocol });
    phones.bert.onCall = ({ call }) => call.refuse(why);
    const out = phones.anna.ring(phones.accountAnna, 'bert');
    await until('over', () => out.end !== undefined);
    expect(out.end).toMatchObject({ reason, status });
    expect(phones.bert.incoming[0]!.end).toMatchObject({ reason, status });
  });

  it('that is given up while it rings is cancelled on the other side', async () => {
    await using phones = await pair({ protocol });
    phones.bert.onCall = ({ call }) => { void call.ring(); };
    const out = phones.anna.ring(phones.accountAnna, 'bert');
    await until('it rings', () => out.call.state === 'ringing');
    out.call.hangUp();
    await until('over', () => phones.bert.incoming[0]!.end !== undefined);
    expect(out.end!.reason).toBe('cancelled');
    expect(phones.bert.incoming[0]!.end).toMatchObject({ reason: 'cancelled', status: 487 });
  });

  it('that nobody answers ends after the ring timeout', async () => {
    await using phones = await pair({ protocol });
    phones.bert.onCall = ({ call }) => { void call.ring(); };
    const out = phones.anna.ring(phones.accountAnna, 'bert', { ringTimeoutMs: 1_000 });
    await until('over', () => out.end !== undefined && phones.bert.incoming[0]?.end !== undefined);
    expect(out.story.at(-1)).toBe('ended: no_answer'); // it was heard ringing before, unless the machine stood still for all that time
    expect(phones.bert.incoming[0]!.end!.reason).toBe('cancelled');
  });
});

describe('a call', () => {
  it('lets the caller hear something before it is answered', async () => {
    await using phones = await pair();
    phones.bert.onCall = (watched) => { void watched.call.earlyMedia(); };
    const out = phones.anna.ring(phones.accountAnna, 'bert', { ringTimeoutMs: 60_000 });
    await until('it will be heard', () => out.call.earlyMediaFlows);
    const incoming = phones.bert.incoming[0]!;
    await incoming.sayUntil(600, () => out.hears(600, 500));
    expect(out.call.state).toBe('ringing');
    await incoming.call.answer();
    await until('answered', () => out.call.state === 'answered');
    expect(out.story).toEqual(['ringing', 'early media', 'answered']);
    await out.sayUntil(440, () => incoming.hears(440));
  });

  it('is put on hold and taken back, by either side', async () => {
    await using phones = await pair();
    const out = phones.anna.ring(phones.accountAnna, 'bert');
    await until('answered', () => out.call.state === 'answered');
    const incoming = phones.bert.incoming[0]!;
    await out.call.hold();
    expect(incoming.story.at(-1)).toBe('held');
    await incoming.call.statistics(); // has passed through the worker behind the hold: all that came before it is here
    const frames = incoming.frames.length;
    await pause(300);
    expect(incoming.frames).toHaveLength(frames);
    await out.call.unhold();
    expect(incoming.story.at(-1)).toBe('taken back');
    await incoming.call.hold();
    expect(out.story.at(-1)).toBe('held');
    await incoming.call.unhold();
    await out.sayUntil(440, () => incoming.hears(440));
  });

  it('speaks A-law with those who speak nothing else', async () => {
    await using phones = await pair({ codecs: ['PCMA'] });
    const out = phones.anna.ring(phones.accountAnna, 'bert');
    await until('answered', () => out.call.state === 'answered');
    expect(out.call.codec).toBe('PCMA');
    await out.sayUntil(440, () => phones.bert.incoming[0]!.hears(440, 400));
  });

  it('keeps the number that was dialled, whatever it is', async () => {
    await using phones = await pair();
    const out = phones.anna.ring(phones.accountAnna, '+493012345678');
    await until('answered', () => out.call.state === 'answered');
    expect(phones.bert.incoming[0]!.call.facts.calledNumber).toBe('+493012345678');
    out.call.hangUp();
  });

  it('ends when no audio comes any longer', async () => {
    await using anna = await Telephone.start();
    await using bert = await Telephone.start();
    const account = await anna.account({ domain: `127.0.0.1:${bert.port}` }, { options: { rtpTimeoutMs: 500 } });
    await bert.account({ domain: `127.0.0.1:${anna.port}`, user: 'bert' });
    const out = anna.ring(account, 'bert');
    await until('answered', () => out.story.includes('answered')); // and on a machine that stands still for half a second over already
    await bert.media.close();
    await until('over', () => out.end !== undefined);
    expect(['media_lost', 'hung_up_by_them']).toContain(out.end!.reason);
  });

  it('survives a wire that loses a quarter of all SIP messages', async () => {
    await using anna = await Telephone.start({ media });
    await using bert = await Telephone.start({ media });
    await using relay = await lossyRelay(bert.port, { lose: (index) => index % 4 === 0 });
    const account = await anna.account({ user: 'anna', domain: `127.0.0.1:${relay.port}` });
    await bert.account({ user: 'bert', domain: `127.0.0.1:${relay.port}` });
    for (let index = 0; index < 4; index++) {
      const out = anna.ring(account, 'bert');
      await until('answered', () => out.call.state === 'answered');
      await until('answered on the other side', () => bert.incoming[index]?.call.state === 'answered');
      out.call.hangUp();
      await until('over', () => bert.incoming[index]!.end !== undefined);
      expect(bert.incoming[index]!.end!.reason).toBe('hung_up_by_them');
    }
    expect(relay.lost).toBeGreaterThanOrEqual(3);
    expect(bert.incoming).toHaveLength(4);
    expect(account.retransmissions + bert.accounts[0]!.retransmissions).toBeGreaterThan(0);
  });

  it('never names our software', async () => {
    await using phones = await pair();
    const out = phones.anna.ring(phones.accountAnna, 'bert');
    await until('answered', () => out.call.state === 'answered');
    out.call.hangUp();
    await until('over', () => phones.bert.incoming[0]!.end !== undefined);
    const sent = [...phones.anna.trace, ...phones.bert.trace].map(({ text }) => text).join('\n');
    expect(sent).not.toMatch(/user-agent|server:|sip\.js|parley|x-called|account\.invalid/i);
  });

  it('to nowhere ends as unreachable', async () => {
    await using anna = await Telephone.start({ media });
    const account = await anna.account({ protocol: 'tcp', domain: '127.0.0.1:9' });
    const out = anna.ring(account, 'nobody');
    await until('over', () => out.end !== undefined);
    expect(out.end!.reason).toBe('unreachable');
  });
});
