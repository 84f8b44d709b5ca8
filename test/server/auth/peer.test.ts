import { describe, expect, it } from 'vitest';
import { readPeer, signPeer } from '@/server/auth/peer';
import { Secret } from '@/server/platform/secret';

const secret = new Secret('ours');

describe('the sealed peer address', () => {
  it('is read back as it was written', () => {
    for (const address of ['203.0.113.5', '2001:db8::7']) expect(readPeer(signPeer(address, secret), secret)).toBe(address);
  });

  it('is nothing when it was altered, made by somebody else, or is no address', () => {
    const sealed = signPeer('203.0.113.5', secret);
    for (const header of [undefined, '', '203.0.113.5', '203.0.113.5;', sealed.replace('203', '127'), signPeer('203.0.113.5', new Secret('theirs')), signPeer('localhost', secret), `${sealed.slice(0, -3)}AAA`, [sealed, sealed]])
      expect(readPeer(header, secret), String(header)).toBeNull();
  });
});
