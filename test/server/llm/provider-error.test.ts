import { APICallError } from '@ai-sdk/provider';
import { describe, expect, it, vi } from 'vitest';
import { providerError } from '@/server/llm';

const refusal = (statusCode: number, body: unknown, responseHeaders: Record<string, string> = {}) =>
  new APICallError({ message: 'the vendor’s words', url: 'https://vendor.test', requestBodyValues: {}, statusCode, responseHeaders, responseBody: typeof body === 'string' ? body : JSON.stringify(body) });

/** As the vendors document them, or as they were seen. */
const QUOTA = { error: { message: 'You exceeded your current quota, please check your plan and billing details.', type: 'insufficient_quota', param: null, code: 'insufficient_quota' } };
const LOW = { type: 'error', error: { type: 'invalid_request_error', message: 'Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing.' }, request_id: 'req_1' };
const BAD_KEY = { error: { code: 400, message: 'API key not valid. Please pass a valid API key.', status: 'INVALID_ARGUMENT', details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID', domain: 'googleapis.com' }] } };
const DELAY = { error: { code: 429, message: 'You exceeded your current quota.', status: 'RESOURCE_EXHAUSTED', details: [{ '@type': 'type.googleapis.com/google.rpc.QuotaFailure' }, { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '16.4s' }] } };

describe('a vendor’s refusal', () => {
  it.each<[string, APICallError, string, string]>([
    ['OpenAI’s account without credit', refusal(429, QUOTA), 'upstream_rejected', 'has no credit left on this account.'],
    ['Anthropic’s account without credit', refusal(400, LOW), 'upstream_rejected', 'has no credit left on this account.'],
    ['Google’s word for a wrong key', refusal(400, BAD_KEY), 'upstream_rejected', 'refused our API key.'],
    ['the same as a list', refusal(400, [BAD_KEY]), 'upstream_rejected', 'refused our API key.'],
    ['OpenAI’s word for too much', refusal(400, { error: { message: 'x', type: 'invalid_request_error', param: 'messages', code: 'context_length_exceeded' } }), 'upstream_rejected', 'found the conversation too long.'],
    ['Anthropic’s', refusal(400, { type: 'error', error: { type: 'invalid_request_error', message: 'prompt is too long: 205000 tokens > 200000 maximum' } }), 'upstream_rejected', 'found the conversation too long.'],
    ['Google’s', refusal(400, { error: { code: 400, message: 'The input token count (1048577) exceeds the maximum number of tokens allowed (1048576).', status: 'INVALID_ARGUMENT' } }), 'upstream_rejected', 'found the conversation too long.'],
    ['Mistral’s', refusal(400, { object: 'error', message: 'x', type: 'invalid_request_prompt', param: null, code: '3051' }), 'upstream_rejected', 'found the conversation too long.'],
    ['llama.cpp’s', refusal(400, { error: { code: 400, message: 'the request exceeds the available context size. try increasing the context size', type: 'exceed_context_size_error', n_prompt_tokens: 9000, n_ctx: 4096 } }), 'upstream_rejected', 'found the conversation too long.'],
    ['Mistral’s word for an unknown model', refusal(400, { object: 'error', message: 'Invalid model: m', type: 'invalid_model', param: null, code: '1500' }), 'upstream_rejected', 'does not know this model.'],
    ['OpenRouter’s', refusal(400, { error: { message: 'm is not a valid model ID', code: 400 }, user_id: 'user_1' }), 'upstream_rejected', 'does not know this model.'],
    ['anything else', refusal(400, { error: { message: 'x' } }), 'upstream_rejected', 'rejected the request.'],
    ['what is no JSON', refusal(400, '<html>'), 'upstream_rejected', 'rejected the request.'],
    ['a body of another shape', refusal(400, { error: 'x', code: {}, details: 7 }), 'upstream_rejected', 'rejected the request.'],
  ])('with %s is told in our words', (_case, thrown, kind, words) => {
    expect(providerError(thrown, 'acme')).toMatchObject({ kind, userMessage: `The acme provider ${words}`, cause: thrown });
  });

  it.each<[string, APICallError, number | undefined]>([
    ['in the usual header', refusal(429, {}, { 'retry-after': '7' }), 7],
    ['in milliseconds', refusal(429, {}, { 'retry-after-ms': '1500', 'retry-after': '2' }), 2],
    ['in Google’s body', refusal(429, DELAY), 17],
    ['in no way that can be read', refusal(429, '', { 'retry-after': 'soon' }), undefined],
  ])('that says how long to wait %s is passed on with it', (_case, thrown, seconds) => {
    const { kind, retryAfterSeconds } = providerError(thrown, 'acme');
    expect(kind).toBe('rate_limited');
    expect(retryAfterSeconds).toBe(seconds);
  });

  it('that says until when to wait is passed on with the seconds to it', () => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2030-01-01T00:00:00Z') });
    try {
      expect(providerError(refusal(429, {}, { 'retry-after': 'Tue, 01 Jan 2030 00:01:00 GMT' }), 'acme')).toMatchObject({ kind: 'rate_limited', retryAfterSeconds: 60 });
    } finally {
      vi.useRealTimers();
    }
  });
});
