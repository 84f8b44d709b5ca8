import { randomBytes, randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '@/server/platform/config';
import { Secret } from '@/server/platform/secret';
import { SecretBox } from '@/server/secrets';

const KEY = randomBytes(32).toString('base64');
const OTHER = randomBytes(32).toString('hex');
const box = (current: string | undefined = KEY, previous?: string) =>
  new SecretBox(loadConfig({ NODE_ENV: 'test', ENCRYPTION_KEY: current, ENCRYPTION_KEY_PREVIOUS: previous }).secrets);
const boundTo = { workspaceId: randomUUID(), name: 'provider/openai' };
const secret = new Secret('sk-of-the-tests-ünïcode');

describe('a sealed secret', () => {
  it('opens again where it belongs, and looks different every time', () => {
    const [one, two] = [box().seal(secret, boundTo), box().seal(secret, boundTo)];
    expect(box().open(one, boundTo).reveal()).toBe(secret.reveal());
    expect(one.ciphertext).not.toBe(two.ciphertext);
    expect(one.keyId).toBe(two.keyId);
    expect(JSON.stringify(one)).not.toContain('sk-of');
  });

  it('does not open in another workspace’s row, nor under another name', () => {
    const sealed = box().seal(secret, boundTo);
    for (const elsewhere of [{ ...boundTo, workspaceId: randomUUID() }, { ...boundTo, name: 'provider/anthropic' }])
      expect(() => box().open(sealed, elsewhere)).toThrow(expect.objectContaining({ kind: 'unavailable', message: expect.stringContaining('copied from elsewhere') as string }));
  });

  it('does not open when any part of it was changed or cut off', () => {
    const sealed = box().seal(secret, boundTo);
    const bytes = Buffer.from(sealed.ciphertext.slice(3), 'base64');
    const changed = bytes.map((_byte, index) => index);
    expect(changed.length).toBeGreaterThan(28);
    for (const at of changed) {
      const broken = Buffer.from(bytes);
      broken[at]! ^= 1;
      expect(() => box().open({ ...sealed, ciphertext: `v1.${broken.toString('base64')}` }, boundTo), `byte ${at}`).toThrow('damaged');
    }
    for (const ciphertext of ['', 'v1.', 'v2.' + sealed.ciphertext.slice(3), sealed.ciphertext.slice(0, 30), `v1.${bytes.subarray(0, -1).toString('base64')}`])
      expect(() => box().open({ ...sealed, ciphertext }, boundTo)).toThrow('damaged');
  });

  it('opens with a previous key, while new ones are sealed with the current', () => {
    const old = box(OTHER).seal(secret, boundTo);
    const both = box(KEY, OTHER);
    expect(both.open(old, boundTo).reveal()).toBe(secret.reveal());
    expect(both.seal(secret, boundTo).keyId).toBe(box(KEY).currentKeyId);
  });

  it('names ENCRYPTION_KEY_PREVIOUS when its key is not at hand', () => {
    const sealed = box(OTHER).seal(secret, boundTo);
    expect(() => box().open(sealed, boundTo)).toThrow(expect.objectContaining({ kind: 'unavailable', message: expect.stringMatching(/provider\/openai.*ENCRYPTION_KEY_PREVIOUS/) as string }));
    expect(() => new SecretBox(loadConfig({ NODE_ENV: 'test' }).secrets).seal(secret, boundTo)).toThrow('ENCRYPTION_KEY is not set');
  });

  it('shows itself and its keys to nobody who prints it', () => {
    const shown = [inspect(box(), { depth: 5 }), JSON.stringify(box()), inspect(box().open(box().seal(secret, boundTo), boundTo))].join();
    for (const word of [secret.reveal(), KEY]) expect(shown).not.toContain(word);
  });
});

describe('ENCRYPTION_KEY', () => {
  const problems = (environment: Record<string, string>) => {
    try { loadConfig({ NODE_ENV: 'test', ...environment }); return ''; } catch (error) { return (error as Error).message; }
  };

  it('is 32 bytes in base64, base64url or hex, and the same bytes are the same key', () => {
    const bytes = randomBytes(32);
    const ids = (['base64', 'base64url', 'hex'] as const).map((encoding) => box(bytes.toString(encoding)).currentKeyId);
    expect(new Set(ids).size).toBe(1);
  });

  it('is refused in any other form, with the mend and without its text', () => {
    for (const key of ['a pass phrase of some length', 'short', randomBytes(16).toString('hex'), randomBytes(33).toString('base64'), `${'z'.repeat(63)}!`])
      for (const variable of ['ENCRYPTION_KEY', 'ENCRYPTION_KEY_PREVIOUS']) {
        const words = problems({ [variable]: key });
        expect(words).toContain(`${variable}: must be 32 random bytes`);
        expect(words).toContain('openssl rand -base64 32');
        expect(words).not.toContain(key);
      }
  });
});
