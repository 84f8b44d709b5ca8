import { describe, expect, it } from 'vitest';
import { dimensionOf, filterOf, groupLabel } from '@/app/(console)/usage/_lib/dimensions';

const id = '0b9c4d52-3b62-4a3f-9f0c-6a2f4b1c0001';

describe('what usage is narrowed to', () => {
  it('splits a model from its provider at the first slash alone', () => {
    expect(filterOf({ model: 'openai/meta-llama/Llama-3' })).toEqual({ provider: 'openai', model: 'meta-llama/Llama-3' });
  });

  it('leaves out what the server would refuse', () => {
    expect(filterOf({ agent: 'front-desk', model: 'gpt-5', channel: 'fax', leg: 'toString', api_key: '', user: '' })).toEqual({});
    expect(filterOf({ agent: id, channel: 'phone', leg: 'tts', user: 'marie', api_key: id })).toEqual({ agent_id: id, channel: 'phone', leg: 'tts', user: 'marie', api_key_id: id });
    expect(dimensionOf('constructor')).toBe('agent');
  });

  it('is called as the console calls it, and what belongs to none says so', () => {
    expect(groupLabel('channel', { key: 'phone', label: 'phone' })).toBe('Phone');
    expect(groupLabel('leg', { key: 'stt', label: 'stt' })).toBe('Speech-to-text');
    expect(groupLabel('agent', { key: id, label: 'Front desk' })).toBe('Front desk');
    expect(groupLabel('api_key', { key: null, label: 'None' })).toBe('Without a key');
  });
});
