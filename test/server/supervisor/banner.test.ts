import { describe, expect, it } from 'vitest';
import { loadConfig } from '@/server/platform/config';
import { banner } from '@/server/supervisor/banner';

const shown = (environment: Record<string, string>, url: string, realtimeUrl: string, first = {}) =>
  banner({ config: loadConfig(environment), url, realtimeUrl, first: { created: false, adminEmail: 'admin@parley.local', ...first }, seconds: 3.21, networkAddress: '192.168.1.7' });

describe('what is printed after the start', () => {
  it('has the address, at the first start the credentials, and a curl with the key in it', () => {
    const text = shown({}, 'http://127.0.0.1:3000', 'http://127.0.0.1:8600', { created: true, adminPassword: 'made-up', apiKey: 'parley_x' });
    expect(text).toContain('ready after 3.2 s: http://127.0.0.1:3000\n');
    expect(text).toContain('ws://127.0.0.1:8600/api/v1/realtime');
    expect(text).toMatch(/admin@parley\.local[\s\S]*made-up[\s\S]*parley_x/);
    expect(text).toContain('curl -s http://127.0.0.1:3000/api/agents/ -H "Authorization: Bearer parley_x"');
  });

  it('repeats no credentials later, and none that the operator chose', () => {
    expect(shown({}, 'http://127.0.0.1:3000', 'http://127.0.0.1:8600')).not.toMatch(/Password|Sign in/);
    expect(shown({}, 'http://127.0.0.1:3000', 'http://127.0.0.1:8600', { created: true })).toContain('(the one you set in PARLEY_ADMIN_PASSWORD)');
  });

  it('names addresses that can be reached when everything listens everywhere', () => {
    const text = shown({ HOST: '0.0.0.0' }, 'http://0.0.0.0:3000', 'http://127.0.0.1:8600');
    expect(text).toContain('http://127.0.0.1:3000\n');
    expect(text).toContain('ws://192.168.1.7:8600/api/v1/realtime');
    expect(text).not.toContain('0.0.0.0');
  });

  it('says so when the chosen model has no key yet', () => {
    const at = (environment: Record<string, string>) => shown(environment, 'http://127.0.0.1:3000', 'http://127.0.0.1:8600');
    expect(at({ LLM_MODEL: 'anthropic/claude-x' })).toContain('LLM_MODEL is anthropic/claude-x, and ANTHROPIC_API_KEY is not set');
    for (const fine of [{}, { LLM_MODEL: 'builtin/assistant' }, { LLM_MODEL: 'gpt-4o', OPENAI_API_KEY: 'k' }, { LLM_MODEL: 'llama', OPENAI_BASE_URL: 'http://gpu:8000/v1' }] as Record<string, string>[])
      expect(at(fine)).not.toContain('cannot answer yet');
  });

  it('asks the host that the certificate names', () => {
    const text = shown({ TLS_CERT: 'c', TLS_KEY: 'k', PUBLIC_URL: 'https://voice.example.org' }, 'https://127.0.0.1:3000', 'https://127.0.0.1:8600');
    expect(text).toContain('curl -s https://voice.example.org/api/agents/');
    expect(text).toContain('wss://127.0.0.1:8600');
  });
});
