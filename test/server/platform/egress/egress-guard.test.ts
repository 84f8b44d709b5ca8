import type { LookupAddress } from 'node:dns';
import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { addressProblem } from '@/server/platform/egress/address-problem';
import { EgressGuard, EgressRefused, type ResolveAll } from '@/server/platform/egress/egress-guard';
import { startReceiver } from '@test/support/webhooks/receiver';

const nobody: ResolveAll = () => Promise.reject(new Error('the resolver was asked'));
const told = (...addresses: string[]): LookupAddress[] => addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));

describe('an address', () => {
  it.each([
    ['127.0.0.1', 'this machine'], ['127.255.255.254', 'this machine'], ['0.0.0.0', 'this machine'], ['0.1.2.3', 'this machine'], ['::1', 'this machine'], ['::', 'this machine'],
    ['10.0.0.1', 'private'], ['172.16.0.1', 'private'], ['172.31.255.255', 'private'], ['192.168.1.1', 'private'], ['fd00:ec2::254', 'private'], ['fc00::1', 'private'], ['fec0::1', 'private'],
    ['169.254.169.254', 'link-local'], ['fe80::1', 'link-local'],
    ['100.64.0.1', 'CGNAT'], ['100.100.100.200', 'CGNAT'], ['100.127.255.255', 'CGNAT'],
    ['168.63.129.16', 'metadata'],
    ['224.0.0.1', 'multicast'], ['239.255.255.255', 'multicast'], ['ff02::1', 'multicast'], ['255.255.255.255', 'broadcast'],
    ['192.0.0.192', 'reserved'], ['198.18.0.1', 'reserved'], ['203.0.113.5', 'reserved'], ['240.0.0.1', 'reserved'], ['2001:db8::1', 'reserved'],
    // IPv4 in IPv6's clothes
    ['::ffff:10.0.0.1', 'private'], ['::ffff:7f00:1', 'this machine'], ['::ffff:169.254.169.254', 'link-local'], ['64:ff9b::7f00:1', 'this machine'], ['64:ff9b::a00:1', 'private'],
    ['64:ff9b:1::a00:1', 'reserved'], ['2002:7f00:1::', 'reserved'], ['2001::1', 'reserved'], ['::7f00:1', 'reserved'], ['::ffff:0:10.0.0.1', 'reserved'], ['4000::1', 'reserved'],
    ['not an address', 'no address'],
  ])('%s is refused as %s', (address, words) => {
    expect(addressProblem(address, [])).toContain(words);
  });

  it.each(['1.1.1.1', '172.15.0.1', '172.32.0.1', '100.63.0.1', '100.128.0.1', '2606:4700::1111', '64:ff9b::101:101', '::ffff:1.1.1.1'])('%s is public', (address) => {
    expect(addressProblem(address, [])).toBeNull();
  });

  it('is let through when the operator lists its network, and only then', () => {
    const allow = ['10.1.0.0/16', 'fd00:7::/32'];
    expect(addressProblem('10.1.2.3', allow)).toBeNull();
    expect(addressProblem('::ffff:10.1.2.3', allow)).toBeNull();
    expect(addressProblem('fd00:7::1', allow)).toBeNull();
    expect(addressProblem('10.2.0.1', allow)).toContain('private');
    expect(addressProblem('127.0.0.1', allow)).toContain('this machine');
  });
});

describe('the egress guard', () => {
  it.each([
    'http://127.1/', 'http://0x7f.1/', 'http://0x7f000001/', 'http://2130706433/', 'http://0177.0.0.1/', 'http://127.0.0.1./', 'http://0/', 'http://①②⑦.⓪.⓪.①/',
    'http://[::1]/', 'http://[0:0:0:0:0:0:0:1]/', 'http://[::ffff:10.0.0.1]/', 'http://[::ffff:a00:1]/', 'http://[::127.0.0.1]/', 'http://[fe80::1]/',
    'http://localhost/', 'http://LOCALHOST./', 'http://some.localhost/', 'http://169.254.169.254/latest/meta-data/', 'http://10.0.0.1:8080/',
  ])('refuses %s without asking anybody', async (url) => {
    await expect(new EgressGuard({ allow: [], resolve: nobody }).addressesOf(new URL(url).hostname)).rejects.toThrow(EgressRefused);
  });

  it('refuses a name when any of its addresses is private, and says which', async () => {
    const guard = new EgressGuard({ allow: [], resolve: () => Promise.resolve(told('93.184.216.34', '10.0.0.7')) });
    await expect(guard.addressesOf('hooks.example')).rejects.toThrow('hooks.example is 10.0.0.7, a private network');
  });

  it('resolves a public name, and allows a private one that is listed', async () => {
    const guard = new EgressGuard({ allow: ['10.0.0.0/8'], resolve: () => Promise.resolve(told('93.184.216.34', '10.0.0.7')) });
    expect(await guard.addressesOf('hooks.example')).toEqual(told('93.184.216.34', '10.0.0.7'));
  });

  it('lets nothing out to a name that means something else when it is connected to', async () => {
    await using inside = await startReceiver();
    const answers = [told('93.184.216.34'), told('127.0.0.1')];
    const guard = new EgressGuard({ allow: [], resolve: () => Promise.resolve(answers.shift() ?? told('127.0.0.1')) });
    await guard.addressesOf('rebinding.example'); // as it is when the address is checked

    const failed = await new Promise<unknown>((resolve) => {
      request(`http://rebinding.example:${inside.port}/`, { agent: false, lookup: guard.lookup }, () => resolve('connected')).on('error', resolve).end();
    });

    expect(failed).toBeInstanceOf(EgressRefused);
    expect(inside.received).toEqual([]);
  });

  it('connects to the very address that was judged', async () => {
    await using inside = await startReceiver();
    let asked = 0;
    const guard = new EgressGuard({ allow: ['127.0.0.0/8'], resolve: () => { asked += 1; return Promise.resolve(told('127.0.0.1')); } });
    for (const family of [0, 4] as const)
      await new Promise<void>((resolve, reject) => {
        request(`http://hooks.example:${inside.port}/`, { agent: false, lookup: guard.lookup, family }, (response) => response.resume().on('end', resolve)).on('error', reject).end();
      });
    expect(inside.received).toHaveLength(2);
    expect(asked).toBe(2);
  });
});
