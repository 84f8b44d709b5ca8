import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MediaNode } from '@/realtime/transport/rtp/media-node';
import { Admission, parseDigest } from '@/realtime/transport/sip/admission';
import { digitOfInfo } from '@/realtime/transport/sip/dtmf-info';
import { rewriteCalledUser } from '@/realtime/transport/sip/fixes/called-number';
import { keepUsableChallenge } from '@/realtime/transport/sip/fixes/digest-challenges';
import { nextHop } from '@/realtime/transport/sip/fixes/next-hop';
import { completeProvisional } from '@/realtime/transport/sip/fixes/provisional-responses';
import { normaliseSchemes } from '@/realtime/transport/sip/fixes/uri-schemes';
import { markReceived, responseTarget, viaInside, viaOnWire } from '@/realtime/transport/sip/fixes/via';
import { statelessAnswer } from '@/realtime/transport/sip/listener/stateless-answer';
import { parseSipUri, SipText } from '@/realtime/transport/sip/sip-text';
import { Secret } from '@/server/platform/secret';
import { startMedia } from '@test/support/telephone/media-ear';
import { Stranger } from '@test/support/telephone/stranger';
import { Telephone } from '@test/support/telephone/telephone';
import { pause, until } from '@test/support/telephone/until';

let media: MediaNode;
beforeAll(async () => { media = await startMedia(); });
afterAll(async () => { await media.close(); });

const PEER = { address: '192.0.2.7', port: 5066, protocol: 'udp' } as const;
const NAMES = ['Via', 'v', 'From', 'f', 'To', 't', 'Call-ID', 'i', 'CSeq', 'Contact', 'm', 'Route', 'Record-Route', 'Max-Forwards', 'Content-Length', 'l', 'Content-Type', 'Authorization', 'WWW-Authenticate', 'Proxy-Authenticate', 'Require', 'Supported', 'Expires', 'P-Asserted-Identity', 'P-Called-Party-ID', 'Replaces', 'Refer-To', 'Session-Expires', 'Event', 'Subscription-State', 'RSeq', 'RAck', 'X-Called-Uri', 'constructor', '__proto__', 'toString'];
const token = fc.constantFrom('a', 'z9hG4bKx', '127.0.0.1', '[::1]', '255.255.255.255', 'sip:', 'sips:', 'tel:', '<', '>', '"', '\\', ';', ',', '=', '@', ':', '?', '%', '%00', '%zz', ' ', '\t', '\r\n ', 'tag', 'branch', 'received', 'rport', 'lr', 'SIP/2.0/UDP', 'SIP / 2.0 / TCP', '1', '-1', '4294967296', '1e309', 'INVITE', 'Digest realm="r"', 'nonce', 'algorithm=MD5', 'é', '\u0000', '\u{1f600}', '__proto__', '*');
const value = fc.array(token, { maxLength: 14 }).map((parts) => parts.join(''));
const method = fc.constantFrom('INVITE', 'ACK', 'BYE', 'CANCEL', 'OPTIONS', 'REGISTER', 'INFO', 'UPDATE', 'PRACK', 'REFER', 'NOTIFY', 'SUBSCRIBE', 'MESSAGE', 'PUBLISH', 'NEW', '__proto__');
const startLine = fc.oneof(fc.tuple(method, value).map(([name, uri]) => `${name} ${uri.replace(/\s+/g, '') || 'sip:x'} SIP/2.0`), fc.integer({ min: 100, max: 699 }).map((status) => `SIP/2.0 ${status} x`));
const fields = fc.array(fc.tuple(fc.constantFrom(...NAMES), value), { maxLength: 14 });
const written = (start: string, lines: [string, string][], body = '') => `${[start, ...lines.map(([name, text]) => `${name}: ${text}`)].join('\r\n')}\r\n\r\n${body}`;
const message = fc.tuple(startLine, fields, value).map(([start, lines, body]) => written(start, lines, body));

describe('what stands around sip.js', () => {
  it('never throws and never grows, whatever the header fields are', () => {
    let read = 0;
    fc.assert(fc.property(message, (text) => {
      const parsed = SipText.parse(text);
      if (!parsed) return;
      read += 1;
      const before = parsed.toString();
      expect(SipText.parse(before)?.toString()).toBe(before);
      for (const field of ['To', 'From', 'Contact', 'Route']) parseSipUri(parsed.get(field) ?? '');
      parsed.all('Authorization').map(parseDigest);
      if (parsed.isResponse) {
        viaInside(parsed, 'inside.invalid');
        completeProvisional(parsed, PEER);
        keepUsableChallenge(parsed, () => true);
      } else {
        markReceived(parsed, PEER);
        normaliseSchemes(parsed);
        rewriteCalledUser(parsed, 'ours');
        nextHop(parsed);
        const answer = statelessAnswer(parsed, 403);
        expect(answer.status).toBe(403);
        // Nobody can have an answer sent to where the request did not come from.
        const target = responseTarget(answer);
        if (target) expect([target.address, target.port]).toEqual([PEER.address, PEER.port]);
        viaOnWire(parsed, { sentBy: '192.0.2.1:5060', protocol: 'udp', accountKey: 'abcd1234' });
      }
      expect(parsed.toString().length).toBeLessThan(before.length + 1_000);
    }), { numRuns: 6_000 });
    expect(read).toBeGreaterThan(1_000);
  });

  it('is done with any line that it takes at once, and takes none that is longer', () => {
    const begun = ['Via: SIP/2.0/UDP x;branch=z', 'Via: SIP/2.0/UDP x;received=', 'Via: ;rport=;', 'To: <sip:', 'To: "', 'To: ;tag=', 'Authorization: Digest ', 'Authorization: Digest a="\\', 'WWW-Authenticate: Digest algorithm=', 'Contact: <tel:', 'Via: SIP / / / '];
    const fillers = [' ', ';', '"', '\\', 'a=', '<sip:', ',', '=', '\t;received', 'a="b",', '1', '< tel:', 'sip:;', '\r\n '];
    const read = (line: string, length: number): SipText | null => {
      const parsed = SipText.parse(`OPTIONS sip:a@b SIP/2.0\r\n${line.slice(0, length)}x\r\n\r\n`);
      if (!parsed) return null;
      markReceived(parsed, PEER);
      normaliseSchemes(parsed);
      statelessAnswer(parsed, 401);
      parseSipUri(parsed.get('To') ?? '');
      keepUsableChallenge(parsed, () => true);
      viaInside(parsed, 'x');
      return parsed;
    };
    for (const line of begun) for (const filler of fillers) {
      const folded = filler.includes('\n'); // cut off anywhere it may be no line
      const taken = read(line + filler.repeat(4_000), 4_000);
      if (!folded) expect([taken, read(line + filler.repeat(6_000), 6_000)]).toEqual([expect.any(SipText), null]);
    }
    expect(read(`X: ${'y\r\nX: '.repeat(180)}`, 20_000)).not.toBeNull();
    expect(read(`X: ${`${'y'.repeat(1_000)}\r\nX: `.repeat(20)}`, 30_000)).toBeNull();
    // These would take half a minute each if they went back for every letter.
    for (const filler of ['1', 'a ', 'a="', '=']) parseDigest(`Digest ${filler.repeat(60_000)}`);
  });

  it('lets nobody in by whatever stands in Authorization', () => {
    const admission = new Admission({ allowed: [], callers: [{ username: 'gate', password: new Secret('pw') }], realm: 'r' });
    const challenge = admission.refusal(SipText.parse(written('INVITE sip:a@b SIP/2.0', [['Via', 'SIP/2.0/UDP x;branch=z']]))!, PEER.address)!;
    const nonce = /nonce="([^"]+)"/.exec(challenge.get('WWW-Authenticate')!)![1]!;
    const piece = fc.constantFrom('username="gate"', 'username=gate', 'username="who"', 'realm="r"', `nonce="${nonce}"`, 'nonce="x"', 'uri="sip:a@b"', 'qop=auth', 'qop="auth-int"', 'nc=00000001', 'cnonce="c"', 'response=""', 'response="d41d8cd98f00b204e9800998ecf8427e"', 'response', '__proto__="x"', 'algorithm=none');
    fc.assert(fc.property(fc.array(piece, { maxLength: 12 }), fc.constantFrom('Digest ', 'digest ', 'Basic ', ' Digest  '), (parts, scheme) => {
      const request = SipText.parse(written('INVITE sip:a@b SIP/2.0', [['Via', 'SIP/2.0/UDP x;branch=z'], ['Authorization', scheme + parts.join(', ')]]))!;
      expect([401, 403]).toContain(admission.refusal(request, PEER.address)?.status);
    }), { numRuns: 2_000 });
  });

  it('takes keys out of an INFO or nothing', () => {
    fc.assert(fc.property(fc.constantFrom('application/dtmf-relay', 'application/dtmf', 'APPLICATION/DTMF-RELAY; x', 'text/plain', ''), fc.oneof(value, fc.string()), (type, body) => {
      expect(digitOfInfo(type, body) ?? '0').toMatch(/^[0-9*#A-D]$/);
    }), { numRuns: 2_000 });
  });
});

describe('the SIP port, with sip.js behind it', () => {
  it('bears header fields that mean nothing, of a trunk that it trusts, and is the same afterwards', async () => {
    await using phone = await Telephone.start({ media, floodLimits: { maxRequests: 1_000_000 } });
    await phone.account({ callers: [{ username: 'gate', password: new Secret('pw') }] });
    phone.onCall = ({ call }) => call.refuse('busy');
    await using stranger = await Stranger.to(phone.port);
    const thrown: unknown[] = [];
    const onThrown = (error: unknown) => { thrown.push(error); };
    process.on('uncaughtException', onThrown).on('unhandledRejection', onThrown);
    let sent = 0;
    const usual = (id: number, name: string): [string, string][] => [['Via', `SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bKf${id}`], ['From', `<sip:b@127.0.0.1>;tag=f${id}`], ['To', '<sip:anna@127.0.0.1>'], ['Call-ID', `f${id}`], ['CSeq', `${(id % 90) + 1} ${name}`], ['Contact', '<sip:b@127.0.0.1:9>'], ['Max-Forwards', '70']];
    await fc.assert(fc.asyncProperty(method, fields, value, async (name, lines, body) => {
      sent += 1;
      await stranger.send(written(`${name} sip:anna@127.0.0.1 SIP/2.0`, [...usual(sent, name), ...lines], body));
      if (sent % 10 === 0) await pause(1);
    }), { numRuns: 800 });
    await fc.assert(fc.asyncProperty(message, async (text) => { await stranger.send(text); if (++sent % 10 === 0) await pause(1); }), { numRuns: 500 });
    const ours = stranger.request();
    await until('OPTIONS are answered', () => { void stranger.send(ours); return stranger.answers.some((answer) => answer.status === 200 && ours.includes(answer.get('Call-ID')!)); });
    process.off('uncaughtException', onThrown).off('unhandledRejection', onThrown);
    expect(thrown).toEqual([]);
    await until('nothing is left of it', () => phone.accounts[0]!.calls === 0 && media.size === 0);
  });

  it('answers OPTIONS of strangers by itself: what sip.js lists would say what we are made of', async () => {
    await using phone = await Telephone.start({ media });
    await phone.account({ allowedAddresses: [], domain: '192.0.2.1', callers: [{ username: 'gate', password: new Secret('pw') }] });
    await using stranger = await Stranger.to(phone.port);
    await stranger.send(stranger.request());
    await until('an answer', () => stranger.answers.length > 0);
    expect(stranger.answers[0]!.status).toBe(200);
    expect(stranger.answers[0]!.headers.map(({ name }) => name)).toEqual(['Via', 'From', 'To', 'Call-ID', 'CSeq', 'Content-Length']);
  });

  it('bears streams of anything, and answers the next connection', async () => {
    await using phone = await Telephone.start({ media, floodLimits: { maxRequests: 1_000_000 } });
    await phone.account({ protocol: 'tcp' });
    const chunk = fc.oneof(message.map((text) => Buffer.from(text)), fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)), fc.constantFrom('\r\n\r\n', '\r\n', 'Content-Length: 5\r\n\r\n').map((text) => Buffer.from(text)));
    await fc.assert(fc.asyncProperty(fc.array(chunk, { minLength: 1, maxLength: 8 }), async (chunks) => {
      const socket = connect(phone.port, '127.0.0.1');
      socket.on('error', () => {});
      await new Promise((resolve) => { socket.once('connect', resolve); });
      for (const each of chunks) socket.write(each);
      await new Promise<void>((resolve) => { socket.end(() => resolve()); });
      socket.destroy();
    }), { numRuns: 60 });
    await until('the connections before it are closed', () => phone.listener.flows === 0);
    const socket = connect(phone.port, '127.0.0.1');
    let heard = '';
    socket.on('data', (bytes) => { heard += bytes; });
    socket.write(written('OPTIONS sip:a@127.0.0.1 SIP/2.0', [['Via', 'SIP/2.0/TCP 127.0.0.1:1;branch=z9hG4bKlast'], ['From', '<sip:b@c>;tag=1'], ['To', '<sip:a@c>'], ['Call-ID', 'last'], ['CSeq', '1 OPTIONS'], ['Content-Length', '0']]));
    await until('an answer', () => heard.includes('SIP/2.0 200'));
    socket.destroy();
    await until('no connection is left', () => phone.listener.flows === 0);
  });
});
