import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MediaNode } from '@/realtime/transport/rtp/media-node';
import { statelessAnswer } from '@/realtime/transport/sip/listener/stateless-answer';
import type { Peer } from '@/realtime/transport/sip/peer';
import { HostResolver } from '@/realtime/transport/sip/resolve-host';
import { SipText } from '@/realtime/transport/sip/sip-text';
import type { SipAccountSettings } from '@/realtime/transport/sip/sip-account';
import { Secret } from '@/server/platform/secret';
import { startMedia } from '@test/support/telephone/media-ear';
import { FakeRegistrar } from '@test/support/telephone/registrar';
import { Telephone } from '@test/support/telephone/telephone';
import { pause, until } from '@test/support/telephone/until';

let media: MediaNode;
beforeAll(async () => { media = await startMedia(); });
afterAll(async () => { await media.close(); });

const OPTIONS = { firstRetryMs: 50, maxRetryMs: 200 };

async function registering(registrar: FakeRegistrar, settings: Partial<SipAccountSettings> = {}, options: Record<string, number> = {}) {
  const telephone = await Telephone.start({ media });
  const account = await telephone.account({ registers: true, domain: 'pbx.test', proxy: `127.0.0.1:${registrar.port}`, password: new Secret('secret'), ...settings }, { options: { ...OPTIONS, ...options } });
  return { telephone, account, [Symbol.asyncDispose]: () => telephone[Symbol.asyncDispose]() };
}

describe('an account that registers', () => {
  it('answers the challenge, says where it is reached, and takes its leave', async () => {
    await using registrar = await FakeRegistrar.start();
    const { telephone, account } = await registering(registrar);
    await until('registered', () => account.state === 'registered');
    expect(telephone.states).toEqual(['registering', 'registered']);
    expect(registrar.contact).toContain(`@127.0.0.1:${telephone.port}`);
    expect(registrar.registers.map(({ authorized }) => authorized)).toEqual([false, true]);
    await telephone[Symbol.asyncDispose]();
    expect(registrar.contact).toBeUndefined();
    expect(registrar.registers.at(-1)!.expires).toBe(0);
    expect(account.state).toBe('stopped');
  });

  it('does not take a challenge that comes twice for a refusal of the password', async () => {
    await using registrar = await FakeRegistrar.start();
    registrar.answersTwice = true;
    await using phone = await registering(registrar);
    await until('registered', () => phone.account.state === 'registered');
    expect(phone.telephone.states).toEqual(['registering', 'registered']);
  });

  it('comes again before its time is over, with one Call-ID and a growing CSeq', async () => {
    await using registrar = await FakeRegistrar.start();
    registrar.expires = 2;
    await using phone = await registering(registrar);
    await until('refreshed twice', () => registrar.authorized.length >= 3);
    expect(new Set(registrar.registers.map(({ callId }) => callId)).size).toBe(1);
    const numbers = registrar.registers.map(({ cseq }) => cseq);
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    await until('registered still', () => phone.account.state === 'registered');
  });

  it('asks for longer when the registrar wants that', async () => {
    await using registrar = await FakeRegistrar.start();
    registrar.minExpires = 1_200;
    await using phone = await registering(registrar);
    await until('registered', () => phone.account.state === 'registered');
    expect(registrar.authorized.at(-1)!.expires).toBe(1_200);
    expect(phone.account.lastError).toBeNull();
  });

  it('says the same of a wrong password and an unknown user, and goes on trying', async () => {
    await using registrar = await FakeRegistrar.start();
    await using wrong = await registering(registrar, { password: new Secret('wrong') });
    await using unknown = await registering(registrar, { user: 'nobody' });
    await until('refused', () => wrong.account.lastError !== null && unknown.account.lastError !== null);
    expect(wrong.account.lastError).toBe('The registrar refuses the user or the password (403)');
    expect(unknown.account.lastError).toBe(wrong.account.lastError);
    await until('tried again', () => registrar.registers.length > 8);
  });

  it('comes back to a registrar that was down', async () => {
    await using registrar = await FakeRegistrar.start();
    registrar.failWith = 503;
    await using phone = await registering(registrar);
    await until('tried some times', () => registrar.registers.length >= 3);
    expect(phone.account.state).not.toBe('registered');
    expect(phone.account.lastError).toContain('503');
    registrar.failWith = undefined;
    await until('registered', () => phone.account.state === 'registered');
    expect(phone.account.lastError).toBeNull();
  });

  it('repeats a request that got lost', async () => {
    await using registrar = await FakeRegistrar.start();
    registrar.failWith = 0;
    await using phone = await registering(registrar);
    await until('repeated', () => registrar.repetitions >= 1);
    expect(registrar.registers).toHaveLength(1);
    registrar.failWith = undefined;
    await until('registered', () => phone.account.state === 'registered');
    expect(phone.account.retransmissions).toBeGreaterThan(0);
  });

  it('registers anew when the connection to the registrar is closed', async () => {
    const sockets: Socket[] = [];
    let registers = 0;
    const server = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => {});
      socket.on('data', (chunk) => {
        const request = SipText.parse(String(chunk));
        if (request?.method !== 'REGISTER') return;
        registers += 1;
        socket.write(statelessAnswer(request, 200, { Contact: request.get('Contact')! }).toString());
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await using telephone = await Telephone.start({ media });
    const account = await telephone.account({ registers: true, protocol: 'tcp', domain: 'pbx.test', proxy: `127.0.0.1:${port}` }, { options: OPTIONS });
    await until('registered', () => account.state === 'registered');
    sockets[0]!.destroy();
    await until('registered again', () => registers >= 2 && account.state === 'registered');
    expect(telephone.states).toContain('waiting: The connection to the registrar was closed');
    await account.stop();
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  it('that is stopped or replaced while a name server makes it wait begins nothing afterwards', async () => {
    await using registrar = await FakeRegistrar.start();
    await using telephone = await Telephone.start({ media });
    const found: (() => void)[] = [];
    class SlowResolver extends HostResolver {
      override resolve(): Promise<Peer[]> { return new Promise((resolve) => { found.push(() => resolve([{ address: '127.0.0.1', port: registrar.port, protocol: 'udp' }])); }); }
    }
    const settings = { registers: true, domain: 'pbx.test', password: new Secret('secret') };
    const starting = [telephone.account(settings, { resolver: new SlowResolver() }), telephone.account({ ...settings, user: 'bert' }, { resolver: new SlowResolver() })];
    const [stopped, replaced] = telephone.accounts;
    await stopped!.stop();
    await replaced!.retire();
    for (const answer of found) answer();
    await Promise.all(starting);
    await replaced!.stop();
    await pause(50);
    expect(registrar.registers).toEqual([]);
    expect(telephone.states).toEqual([]);
  });

  it('that is replaced and stopped at once takes its leave of a registrar that asks for the password each time', async () => {
    await using registrar = await FakeRegistrar.start();
    registrar.challengesAnew = true;
    await using phone = await registering(registrar);
    await until('registered', () => phone.account.state === 'registered');
    expect(registrar.contact).toBeDefined();
    void phone.account.retire();
    await phone.account.stop();
    expect(registrar.contact).toBeUndefined();
  });

  it('stands beside others on the same port, and each gets its own calls', async () => {
    await using registrar = await FakeRegistrar.start();
    await using second = await FakeRegistrar.start('bert', 'secret');
    await using phone = await registering(registrar);
    const bert = await phone.telephone.account({ id: 'second', user: 'bert', domain: 'pbx.test', proxy: `127.0.0.1:${second.port}`, registers: true, password: new Secret('secret') }, { options: OPTIONS });
    await until('both registered', () => phone.account.state === 'registered' && bert.state === 'registered');
    expect(registrar.contactUser).not.toBe(second.contactUser);
    await using caller = await Telephone.start({ media });
    const trunk = await caller.account({ user: 'carl', domain: `127.0.0.1:${phone.telephone.port}` });
    phone.telephone.onCall = ({ call }) => call.refuse('busy');
    const out = caller.ring(trunk, `sip:${second.contactUser}@127.0.0.1:${phone.telephone.port}`);
    await until('over', () => out.end !== undefined);
    expect(out.end!.reason).toBe('busy');
    await pause(50);
    expect(phone.telephone.incoming).toHaveLength(1);
  });
});
