import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { stopAnswer } from '@/app/(console)/chat/_lib/stop-answer';

const server = vi.fn<typeof fetch>();
beforeEach(() => {
  vi.useFakeTimers();
  server.mockReset();
  vi.stubGlobal('fetch', server);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const says = (status: number, body: object = {}) => server.mockResolvedValueOnce(Response.json(body, { status }));
const stop = async (turn: Parameters<typeof stopAnswer>[0]) => {
  const stopped = stopAnswer(turn);
  await vi.runAllTimersAsync();
  await stopped;
  return server.mock.calls.map(([, init]) => JSON.parse(String(init?.body)) as unknown);
};

it('tells the server until it has heard: one that is not there, restarts, or has been asked too much is told again', async () => {
  server.mockRejectedValueOnce(new TypeError('fetch failed'));
  says(503);
  says(429);
  says(200, { stopped: true });
  expect(await stop({ turn_id: 't1' })).toEqual(Array.from({ length: 4 }, () => ({ turn_id: 't1' })));
});

it('tells once of an answer that has ended, and of what is refused', async () => {
  says(200, { stopped: false });
  expect(await stop({ turn_id: 't1' })).toHaveLength(1);
  says(400);
  expect(await stop({ idempotency_key: 'k' })).toHaveLength(2);
});

it('tells again of a question that has not arrived yet', async () => {
  says(200, { stopped: false });
  says(200, { stopped: true });
  expect(await stop({ idempotency_key: 'k' })).toHaveLength(2);
});
