import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MediaNode } from '@/realtime/transport/rtp/media-node';
import { SipText, splitList } from '@/realtime/transport/sip/sip-text';
import { StreamFramer } from '@/realtime/transport/sip/listener/stream-framer';
import { Secret } from '@/server/platform/secret';
import { startMedia } from '@test/support/telephone/media-ear';
import { Stranger } from '@test/support/telephone/stranger';
import { Telephone } from '@test/support/telephone/telephone';
import { pause, until } from '@test/support/telephone/until';
import { TORTURE } from '@test/support/telephone/torture';

let media: MediaNode;
beforeAll(async () => { media = await startMedia(); });
afterAll(async () => { await media.close(); });

const SDP = ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0', 'm=audio 4000 RTP/AVP 0', ''].join('\r\n');
const UNLIMITED = { maxRequests: 1_000_000 };

async function stillAnswers(stranger: Stranger): Promise<void> {
  const asked = stranger.request();
  await until('OPTIONS are answered', () => { void stranger.send(asked); return stranger.answersTo(asked).some(({ status }) => status === 200); });
}

describe('the SIP port', () => {
  it.each(TORTURE)('bears $name', async ({ text }) => {
    await using phone = await Telephone.start({ media, floodLimits: UNLIMITED });
    await phone.account();
    phone.onCall = ({ call }) => call.refuse('busy');
    await using stranger = await Stranger.to(phone.port);
    await stranger.send(text.replaceAll('\n', '\r\n'));
    await stillAnswers(stranger);
    expect(phone.listener.counters.received).toBeGreaterThan(1);
  });

  it('bears whatever is cut off, joined, repeated or random', async () => {
    await using phone = await Telephone.start({ media, floodLimits: UNLIMITED });
    await phone.account();
    phone.onCall = ({ call }) => call.refuse('busy');
    await using stranger = await Stranger.to(phone.port);
    const whole = stranger.request({ method: 'INVITE', body: SDP, extra: ['Require: 100rel', 'P-Asserted-Identity: "x" <sip:1@2>'] });
    const thrown: unknown[] = [];
    let sent = 0;
    const paced = async (bytes: string | Uint8Array) => { await stranger.send(bytes); if (++sent % 10 === 0) await pause(1); }; // or the socket's buffer overflows
    const onThrown = (error: unknown) => { thrown.push(error); };
    process.on('uncaughtException', onThrown).on('unhandledRejection', onThrown);
    await fc.assert(fc.asyncProperty(fc.nat(whole.length), fc.nat(whole.length), fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.constantFrom('\r\n', ':', ';', '<', '"', '%00', ',', 'SIP/2.0', '\r\n ', '4294967296'), fc.constant('x'.repeat(9_000))), fc.boolean(), async (from, to, inserted, keep) => {
      const mutated = whole.slice(0, keep ? from : Math.min(from, to)) + inserted + whole.slice(keep ? from : Math.max(from, to));
      await paced(mutated.replace(/branch=[^;]+/, `branch=z9hG4bK${createHash('md5').update(mutated).digest('hex')}`));
    }), { numRuns: 1_500 });
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 1_400 }), async (bytes) => { await paced(bytes); }), { numRuns: 300 });
    await stillAnswers(stranger);
    await pause(200);
    process.off('uncaughtException', onThrown).off('unhandledRejection', onThrown);
    expect(thrown).toEqual([]);
    expect(phone.listener.counters.received).toBeGreaterThan(1_500);
    expect(phone.listener.counters.malformed).toBeGreaterThan(200);
    await until('nothing is left of it', () => phone.accounts[0]!.calls === 0 && media.size === 0);
  });

  it('ignores for five minutes who sends more than a hundred requests in two seconds, and nobody else', async () => {
    await using phone = await Telephone.start({ media, floodLimits: { windowMs: 120_000 } }); // not two seconds: a machine that stands still for so long would be patience
    await phone.account({ allowedAddresses: ['192.0.2.1'], domain: '192.0.2.1' });
    await using stranger = await Stranger.to(phone.port);
    for (let index = 0; index < 150; index++) {
      await stranger.send(stranger.request());
      if (index % 10 === 9) await pause(1); // or the socket's buffer overflows
    }
    await until('a hundred were answered', () => stranger.answers.length >= 100);
    await until('the flood was seen', () => phone.listener.counters.flooded === 50);
    await stranger.send(stranger.request());
    await until('and is seen still', () => phone.listener.counters.flooded === 51);
    await pause(150);
    expect(stranger.answers).toHaveLength(100);
  });

  it('tells a stranger nothing: neither who exists nor what we are', async () => {
    await using phone = await Telephone.start({ media });
    await phone.account({ allowedAddresses: ['192.0.2.1'], domain: '192.0.2.1' });
    await using stranger = await Stranger.to(phone.port);
    await stranger.send(stranger.request({ method: 'INVITE', uri: 'sip:anna@127.0.0.1', body: SDP }));
    await stranger.send(stranger.request({ method: 'INVITE', uri: 'sip:nobody@127.0.0.1', body: SDP }));
    await stranger.send(stranger.request({ method: 'REGISTER' }));
    await until('three answers', () => stranger.answers.length === 3);
    expect(stranger.statuses).toEqual([403, 403, 403]);
    expect(stranger.answers.join('\n')).not.toMatch(/user-agent|server|parley|sip\.js/i);
    expect(phone.incoming).toEqual([]);
  });

  it('lets in from anywhere who knows a name and its password, and answers a wrong name like a wrong password', async () => {
    await using phone = await Telephone.start({ media });
    phone.onCall = ({ call }) => call.refuse('busy');
    await phone.account({ allowedAddresses: ['192.0.2.1'], domain: 'trunk.test', proxy: '192.0.2.1', callers: [{ username: 'gate', password: new Secret('pw') }] });
    await using stranger = await Stranger.to(phone.port);
    const ring = async (username: string, password: string): Promise<number> => {
      const md5 = (text: string) => createHash('md5').update(text).digest('hex');
      const first = stranger.request({ method: 'INVITE', body: SDP });
      await stranger.send(first);
      await until('a challenge', () => stranger.answersTo(first).length > 0);
      const nonce = /nonce="([^"]+)"/.exec(stranger.answersTo(first)[0]!.get('WWW-Authenticate') ?? '')![1];
      const response = md5(`${md5(`${username}:trunk.test:${password}`)}:${nonce}:00000001:abc:auth:${md5('INVITE:sip:anna@127.0.0.1')}`);
      const second = stranger.request({ method: 'INVITE', body: SDP, extra: [`Authorization: Digest username="${username}", realm="trunk.test", nonce="${nonce}", uri="sip:anna@127.0.0.1", qop=auth, nc=00000001, cnonce="abc", response="${response}"`] });
      await stranger.send(second);
      await until('an answer', () => stranger.answersTo(second).some(({ status }) => status >= 200));
      return stranger.answersTo(second).find(({ status }) => status >= 200)!.status;
    };
    expect(await ring('gate', 'pw')).toBe(486);
    expect(await ring('gate', 'no')).toBe(403);
    expect(await ring('who', 'pw')).toBe(403);
  });

  it('refuses at once what it cannot talk about', async () => {
    await using phone = await Telephone.start({ media });
    await phone.account();
    await using stranger = await Stranger.to(phone.port);
    await stranger.send(stranger.request({ method: 'INVITE', body: SDP.replace('RTP/AVP 0', 'RTP/AVP 9') }));
    await until('an answer', () => stranger.statuses.some((status) => status >= 200));
    expect(stranger.statuses.at(-1)).toBe(488);
    expect(phone.incoming).toEqual([]);
  });
});

describe('SIP over a stream', () => {
  const limits = { maxHeadBytes: 1_000, maxBodyBytes: 1_000 };
  const message = (body: string) => `OPTIONS sip:a@b SIP/2.0\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

  it('is cut into messages, however it is chopped up, and pings between them are counted', () => {
    const stream = Buffer.from(`\r\n\r\n${message('hällo')}${message('')}\r\n${message('x'.repeat(900))}`);
    fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 60 }), (cuts) => {
      const framer = new StreamFramer(limits);
      const messages: string[] = [];
      let [at, index] = [0, 0];
      while (at < stream.length) {
        const length = cuts[index++ % cuts.length]!;
        messages.push(...framer.push(stream.subarray(at, at + length)).messages);
        at += length;
      }
      expect(messages).toEqual([message('hällo'), message(''), message('x'.repeat(900))]);
    }));
    expect(new StreamFramer(limits).push(Buffer.from('\r\n\r\n')).pings).toBe(1);
  });

  it.each([
    ['a head without end', 'OPTIONS sip:a@b SIP/2.0\r\n'.padEnd(1_100, 'x')],
    ['a length that is none', 'OPTIONS sip:a@b SIP/2.0\r\nContent-Length: -1\r\n\r\n'],
    ['two lengths', 'OPTIONS sip:a@b SIP/2.0\r\nContent-Length: 1\r\nl: 2\r\n\r\n'],
    ['a body of gigabytes', 'OPTIONS sip:a@b SIP/2.0\r\nContent-Length: 999999999\r\n\r\n'],
  ])('is given up at %s', (_what, text) => { expect(() => new StreamFramer(limits).push(Buffer.from(text))).toThrow(); });

  it('is answered on its connection, which is closed when it cannot be understood any longer', async () => {
    await using phone = await Telephone.start({ media });
    const socket = connect(phone.port, '127.0.0.1');
    let heard = '';
    socket.on('data', (chunk) => { heard += chunk; });
    let closed = false;
    socket.on('close', () => { closed = true; });
    socket.on('error', () => {});
    socket.write('\r\n\r\n');
    await until('pong', () => heard === '\r\n');
    socket.write(['OPTIONS sip:a@127.0.0.1 SIP/2.0', 'Via: SIP/2.0/TCP 127.0.0.1:1;branch=z9hG4bKx', 'From: <sip:b@c>;tag=1', 'To: <sip:a@c>', 'Call-ID: 1', 'CSeq: 1 OPTIONS', 'Content-Length: 0', '', ''].join('\r\n'));
    await until('an answer', () => heard.includes('SIP/2.0 200'));
    socket.write('\0'.repeat(20_000));
    await until('closed', () => closed);
    expect(phone.listener.counters.malformed).toBe(1);
  });
});

describe('a message as text', () => {
  it('is read with folded lines, short names and several Via in one', () => {
    const message = SipText.parse('INVITE sip:a@b SIP/2.0\r\nv: SIP/2.0/UDP one;branch=z9hG4bK1 ,\r\n  SIP/2.0/UDP two;branch=z9hG4bK2\r\nt: "a, \\" b" <sip:x@y;tag=no>\r\nCSEQ: 1 INVITE\r\n\r\nbody')!;
    expect(message.all('via')).toEqual(['SIP/2.0/UDP one;branch=z9hG4bK1', 'SIP/2.0/UDP two;branch=z9hG4bK2']);
    expect([message.branch, message.toTag, message.method, message.body]).toEqual(['z9hG4bK1', undefined, 'INVITE', 'body']);
    expect(splitList('"a,b" <sip:c,d>, e')).toEqual(['"a,b" <sip:c,d>', 'e']);
  });

  it('survives being read and written, or is none', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (tail) => {
      const message = SipText.parse(`OPTIONS sip:a@b SIP/2.0\r\n${tail}\r\n\r\n`);
      if (message) expect(SipText.parse(message.toString())!.toString()).toBe(message.toString());
    }), { numRuns: 2_000 });
  });
});
