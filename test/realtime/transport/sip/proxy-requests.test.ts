import { createSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MediaNode } from '@/realtime/transport/rtp/media-node';
import { markReceived } from '@/realtime/transport/sip/fixes/via';
import { statelessAnswer } from '@/realtime/transport/sip/listener/stateless-answer';
import { SipText } from '@/realtime/transport/sip/sip-text';
import { Secret } from '@/server/platform/secret';
import { startMedia } from '@test/support/telephone/media-ear';
import { Stranger } from '@test/support/telephone/stranger';
import { Telephone } from '@test/support/telephone/telephone';
import { pause, until } from '@test/support/telephone/until';

const SDP = ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0', 'm=audio 4000 RTP/AVP 0', ''].join('\r\n');

let media: MediaNode;
beforeAll(async () => { media = await startMedia(); });
afterAll(async () => { await media.close(); });

type Answer = [status: number, extra?: Record<string, string>];

/** Answers every request but ACK as it is told, once or more often. */
async function answering(decide: (request: SipText) => Answer, times = 1) {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const requests: SipText[] = [];
  socket.on('message', (bytes: Buffer, from: RemoteInfo) => {
    const request = SipText.parse(bytes.toString());
    if (!request || request.isResponse) return;
    requests.push(request);
    if (request.method === 'ACK') return;
    markReceived(request, { ...from, protocol: 'udp' });
    const answer = statelessAnswer(request, ...decide(request)).toString();
    for (let time = 0; time < times; time++) socket.send(answer, from.port, from.address);
  });
  return {
    requests, port: socket.address().port,
    of: (method: string) => requests.filter((request) => request.method === method),
    [Symbol.asyncDispose]: async () => { socket.close(); await once(socket, 'close'); },
  };
}

const challenge = (realm: string): Record<string, string> => ({ 'Proxy-Authenticate': `Digest realm="${realm}", nonce="n", algorithm=MD5, qop="auth"` });
const credentialsOf = (request: SipText): string | undefined => request.get('Proxy-Authorization') ?? request.get('Authorization');
const TRUNK = { domain: 'pbx.test', password: new Secret('secret') };

describe('a trunk that calls an address of another host', () => {
  it('asks its own proxy, which sees the whole address; the host itself hears nothing', async () => {
    await using stranger = await answering(() => [401, challenge('pbx')]);
    await using proxy = await answering(() => [404]);
    await using phone = await Telephone.start({ media });
    const account = await phone.account({ ...TRUNK, proxy: `127.0.0.1:${proxy.port}` });
    const out = phone.ring(account, `sip:eve@127.0.0.1:${stranger.port}`);
    await until('over', () => out.end !== undefined);
    expect(out.end!.reason).toBe('not_found');
    await until('confirmed', () => proxy.of('ACK').length > 0);
    expect(proxy.of('INVITE')[0]!.requestUri).toBe(`sip:eve@127.0.0.1:${stranger.port}`);
    expect(stranger.requests).toEqual([]);
  });

  it('does not answer the challenge of that host, even when the proxy passes it on', async () => {
    await using proxy = await answering(() => [407, challenge('evil')]);
    await using phone = await Telephone.start({ media });
    const account = await phone.account({ ...TRUNK, proxy: `127.0.0.1:${proxy.port}` });
    const out = phone.ring(account, 'sip:eve@evil.test');
    await until('over', () => out.end !== undefined);
    expect(out.end).toMatchObject({ reason: 'forbidden', status: 407 });
    expect(proxy.requests.map(credentialsOf).filter(Boolean)).toEqual([]);
  });

  it('does not take a challenge that comes twice for a refusal of the password', async () => {
    await using proxy = await answering((request) => (credentialsOf(request) ? [486] : [407, challenge('pbx')]), 2);
    await using phone = await Telephone.start({ media });
    const account = await phone.account({ ...TRUNK, proxy: `127.0.0.1:${proxy.port}` });
    const out = phone.ring(account, '1001');
    await until('over', () => out.end !== undefined);
    expect(out.end).toMatchObject({ reason: 'busy', status: 486 });
    expect(new Set(proxy.of('INVITE').map(({ branch }) => branch)).size).toBe(2); // without the password, and with it
    await until('both answers of both were acknowledged', () => proxy.of('ACK').length === 4);
  });

  it('answers the challenge that the proxy makes there as it did for a number of its own', async () => {
    await using proxy = await answering((request) => (credentialsOf(request) ? [486] : [407, challenge('switch')]));
    await using phone = await Telephone.start({ media });
    const account = await phone.account({ ...TRUNK, proxy: `127.0.0.1:${proxy.port}` });
    const ends = [];
    for (const to of ['sip:eve@elsewhere.test', '1001', 'sip:eve@elsewhere.test']) {
      const out = phone.ring(account, to);
      await until('over', () => out.end !== undefined);
      ends.push(out.end!.reason);
    }
    expect(ends).toEqual(['forbidden', 'busy', 'busy']);
  });
});

describe('a trunk in a call', () => {
  it('keeps its password to itself when whoever called challenges its BYE', async () => {
    await using caller = await answering(() => [401, { 'WWW-Authenticate': 'Digest realm="pbx.test", nonce="n", algorithm=MD5, qop="auth"' }]);
    await using proxy = await answering(() => [404]);
    await using phone = await Telephone.start({ media });
    await phone.account({ ...TRUNK, proxy: `127.0.0.1:${proxy.port}` });
    await using sender = await Stranger.to(phone.port);
    const invite = sender.request({ method: 'INVITE', callId: 'c', branch: 'z9hG4bKc', body: SDP }).replace(/^Contact: .*$/m, `Contact: <sip:eve@127.0.0.1:${caller.port}>`);
    await sender.send(invite);
    await until('answered', () => sender.statuses.includes(200));
    const to = sender.answers.find(({ status }) => status === 200)!.get('To')!;
    await sender.send(sender.request({ method: 'ACK', callId: 'c', branch: 'z9hG4bKa', to, from: /^From: (.*)$/m.exec(invite)![1]!.trim() }));
    await until('in a call', () => phone.incoming[0]?.call.state === 'answered');
    phone.incoming[0]!.call.hangUp();
    await until('told', () => caller.of('BYE').length > 0);
    await pause(200);
    expect(caller.requests.map(credentialsOf).filter(Boolean)).toEqual([]);
  });
});
