import { describe, expect, it } from 'vitest';
import { errorBody, fromFrameworkError } from '@/server/http/errors';
import { AppError } from '@/server/platform/errors';

describe('error bodies', () => {
  const refused = new AppError('unauthenticated', 'Sign in');

  it('are {"detail"} everywhere, and {"error"} (with detail on 401) on the four paths documented so', () => {
    expect(errorBody('/api/agents/', refused, 'r1')).toEqual({ detail: 'Sign in' });
    for (const path of ['/api/threads/list', '/api/files/upload', '/api/models', '/api/default-config']) {
      expect(errorBody(path, refused, 'r1'), path).toEqual({ error: 'Sign in', detail: 'Sign in' });
      expect(errorBody(path, new AppError('not_found', 'Gone'), 'r1'), path).toEqual({ error: 'Gone' });
    }
    expect(errorBody('/api/modelsandmore', refused, 'r1')).toEqual({ detail: 'Sign in' });
  });

  it('carry the request id when the fault is ours', () => {
    expect(errorBody('/api/agents/', new AppError('internal', 'Internal Server Error'), 'r1')).toEqual({ detail: 'Internal Server Error', request_id: 'r1' });
  });
});

describe('what Fastify raises', () => {
  it('keeps its status as a kind, and hides what is no client’s fault', () => {
    const of = (statusCode: number) => fromFrameworkError(Object.assign(new Error('words'), { statusCode })).kind;
    expect([of(400), of(413), of(415), of(429), of(418), of(500), of(507)]).toEqual(['invalid_input', 'payload_too_large', 'unsupported_media_type', 'rate_limited', 'invalid_input', 'internal', 'internal']);
    expect(fromFrameworkError(new Error('secret')).userMessage).toBe('Internal Server Error');
  });
});
