import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ConfigError, loadConfig } from '@/server/platform/config';

const problemsOf = (environment: Record<string, string>): string[] => {
  try {
    loadConfig(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
};

describe('settings', () => {
  it('need nothing: every default is there and listens on loopback', () => {
    const config = loadConfig({});
    expect(config.web).toMatchObject({ host: '127.0.0.1', port: 3000 });
    expect(config.realtime).toMatchObject({ host: '127.0.0.1', port: 8600 });
    expect(config.database.embedded).toBe(true);
    expect(config.speech.needsLocal).toBe(true);
  });

  it('report every problem at once, each with its variable', () => {
    const problems = problemsOf({ PORT: 'many', STENTOR_STT_URL: 'ftp://x', PARLEY_OPEN_NETWORKS: '10.0.0.0/8,zebra', TLS_CERT: '/c.pem' });
    expect(problems.map((problem) => problem.split(':')[0]!)).toEqual(expect.arrayContaining(['PORT', 'STENTOR_STT_URL', 'PARLEY_OPEN_NETWORKS', 'TLS_CERT and TLS_KEY']));
  });

  it('of single sign-on are all there or none, over https or within the machine', () => {
    const oidc = { OIDC_ISSUER: 'https://id.example.org', OIDC_CLIENT_ID: 'parley', OIDC_CLIENT_SECRET: 's3cret' };
    expect(loadConfig({}).oidc).toBeUndefined();
    expect(loadConfig(oidc).oidc).toMatchObject({ issuer: 'https://id.example.org', clientId: 'parley', name: 'Single sign-on' });
    expect(JSON.stringify(loadConfig(oidc))).not.toContain('s3cret');
    expect(problemsOf({ OIDC_ISSUER: oidc.OIDC_ISSUER, OIDC_NAME: 'Acme' })[0]).toMatch(/^OIDC_CLIENT_ID, OIDC_CLIENT_SECRET: set/);
    expect(problemsOf({ ...oidc, OIDC_ISSUER: 'http://id.example.org' })[0]).toMatch(/^OIDC_ISSUER: must begin with https/);
    for (const issuer of ['http://localhost:8080/realms/x', 'http://127.0.0.1:9']) expect(problemsOf({ ...oidc, OIDC_ISSUER: issuer })).toEqual([]);
  });

  it('take an empty variable as an unset one', () => {
    expect(loadConfig({ PORT: '', OPENAI_API_KEY: ' ' }).web.port).toBe(3000);
  });

  it('let the REALTIME name win over its STENTOR alias', () => {
    expect(loadConfig({ STENTOR_PORT: '8700' }).realtime.port).toBe(8700);
    expect(loadConfig({ STENTOR_PORT: '8700', REALTIME_PORT: '8800' }).realtime.port).toBe(8800);
  });

  it('tell where realtime is reached: by the address it listens on, with TLS when the public side has it', () => {
    const urlOf = (environment: Record<string, string>) => loadConfig({ REALTIME_PORT: '8601', ...environment }).realtime.url;
    expect(urlOf({})).toBe('http://127.0.0.1:8601');
    expect(urlOf({ HOST: '0.0.0.0' })).toBe('http://127.0.0.1:8601');
    expect(urlOf({ HOST: '::1', TLS_CERT: 'c', TLS_KEY: 'k' })).toBe('https://[::1]:8601');
    expect(urlOf({ HOST: '10.0.0.1', REALTIME_HOST: '10.0.0.2' })).toBe('http://10.0.0.2:8601');
    expect(urlOf({ PARLEY_REALTIME_URL: 'http://10.0.0.2:9', HOST: '10.0.0.1' })).toBe('http://10.0.0.2:9');
  });

  it('want shared secrets for a database of one\'s own, and say how to make them', () => {
    expect(problemsOf({ DATABASE_URL: 'postgres://x/y' }).join('\n')).toMatch(/AUTH_SECRET.*openssl/);
    expect(problemsOf({ DATABASE_URL: 'postgres://x/y', AUTH_SECRET: 'a', ENCRYPTION_KEY: 'b'.repeat(64) })).toEqual([]);
  });

  it('take several speech servers, tried in order', () => {
    expect(loadConfig({ STENTOR_STT_URL: 'http://a:1, http://b:2' }).speech.stt.servers.map(({ url }) => url)).toEqual(['http://a:1', 'http://b:2']);
  });

  it('give the key of a vendor to that vendor’s speech server only', () => {
    const { servers } = loadConfig({ OPENAI_API_KEY: 'sk-x', STENTOR_STT_URL: 'https://api.openai.com/v1,http://speaches:8000' }).speech.stt;
    expect(servers.map(({ apiKey }) => apiKey?.reveal())).toEqual(['sk-x', undefined]);
    const own = loadConfig({ OPENAI_API_KEY: 'sk-x', OPENAI_BASE_URL: 'http://gpu:9/v1', STENTOR_TTS_URL: 'http://gpu:9' }).speech.tts.servers;
    expect(own.map(({ apiKey, local }) => [apiKey?.reveal(), local])).toEqual([['sk-x', false]]);
  });

  it('refuse a URL with a password in it, which would be shown as information', () => {
    expect(problemsOf({ STENTOR_STT_URL: 'http://me:secret@stt:8000' })).toEqual(['STENTOR_STT_URL: must not contain a user name or password']);
  });

  it('never show a secret in a log line', () => {
    const config = loadConfig({ OPENAI_API_KEY: 'sk-very-secret', PARLEY_ADMIN_PASSWORD: 'hunter2hunter2' });
    expect(`${JSON.stringify(config)}${inspect(config, { depth: 9 })}`).not.toMatch(/very-secret|hunter2/);
    expect(config.ai.keys.openai?.reveal()).toBe('sk-very-secret');
  });

  it('cannot be changed once loaded', () => {
    const config = loadConfig({});
    expect(() => Object.assign(config.web, { port: 1 })).toThrow(TypeError);
  });
});
