import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ConfigError, loadConfig } from '@/server/platform/config';
import { checkSettings } from '@/server/supervisor/check-settings';

const here = fileURLToPath(import.meta.url);
const problemsOf = (environment: Record<string, string>): string[] => {
  try {
    checkSettings(loadConfig(environment));
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
};

describe('settings that name something', () => {
  it('are fine when it is there', () => {
    expect(problemsOf({ TLS_CERT: here, TLS_KEY: here, PARLEY_SCRIPT: here, LLM_MODEL: 'gpt-4o' })).toEqual([]);
    expect(problemsOf({})).toEqual([]);
  });

  it('are reported all at once when it is not, each with its variable', () => {
    expect(problemsOf({ TLS_CERT: '/nowhere/cert.pem', TLS_KEY: here, PARLEY_SCRIPT: '/nowhere/script.json', LLM_MODEL: 'nonsense' })).toEqual([
      'TLS_CERT: cannot read /nowhere/cert.pem',
      'PARLEY_SCRIPT: cannot read /nowhere/script.json',
      expect.stringMatching(/^LLM_MODEL: Unknown model 'nonsense'.*vendor\/model/),
    ]);
  });

  it('take any model name when a server of one’s own is to know it', () => {
    expect(problemsOf({ LLM_MODEL: 'nonsense', OPENAI_BASE_URL: 'http://127.0.0.1:8000/v1' })).toEqual([]);
  });
});
