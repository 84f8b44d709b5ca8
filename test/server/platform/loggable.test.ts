import { APICallError, JSONParseError } from '@ai-sdk/provider';
import { describe, expect, it } from 'vitest';
import { AppError } from '@/server/platform/errors';
import { loggable } from '@/server/platform/loggable';

describe('an error in the log', () => {
  it('is the cause of a failed query, not the query with what people said in it', () => {
    const failed = Object.assign(new Error('Failed query: insert … params: my secret words', { cause: Object.assign(new Error('relation is gone'), { code: '42P01', detail: 'my secret words' }) }), { query: 'q', params: [] });
    const logged = loggable(failed);
    expect(logged).toMatchObject({ message: 'relation is gone', code: '42P01' });
    expect(JSON.stringify(logged)).not.toContain('my secret words');
  });

  it('comes with what caused it, so that a bug behind clear words can be found', () => {
    const logged = loggable(new AppError('upstream_unavailable', 'The openai provider broke off its answer.', { cause: new TypeError('x is not a function') }));
    expect(logged).toMatchObject({ type: 'AppError', message: 'The openai provider broke off its answer.', cause: { type: 'TypeError', message: 'x is not a function', stack: expect.stringContaining('loggable.test') } });
  });

  it.each([
    new APICallError({ message: 'Bad prompt: my secret words', url: 'https://vendor.example', requestBodyValues: { prompt: 'my secret words' }, responseBody: 'my secret words', statusCode: 400 }),
    new JSONParseError({ text: 'my secret words', cause: new SyntaxError('"my secret words" is not valid JSON') }),
    new SyntaxError('"my secret words" is not valid JSON'),
  ])('names a vendor’s or parser’s failure without what it quotes: $name', (quoting) => {
    const logged = loggable(new AppError('upstream_rejected', 'The provider rejected the request.', { cause: quoting }));
    expect(logged.cause).toMatchObject({ type: quoting.name, stack: expect.stringMatching(/^ +at /) });
    expect(JSON.stringify(logged)).not.toContain('secret words');
    if (quoting instanceof APICallError) expect(logged.cause).toMatchObject({ status: 400 });
  });

  it('does not follow causes in a circle', () => {
    const circular = new Error('round');
    circular.cause = circular;
    expect(JSON.stringify(loggable(circular)).match(/"round"/g)?.length).toBeLessThan(10);
  });
});
