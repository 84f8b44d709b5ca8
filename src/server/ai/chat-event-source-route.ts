import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import { events, nothing } from '../api/answer';
import { defineRoute } from '../api/define-route';
import { validationError } from '../api/validation-error';
import type { Principal } from '../auth/principal';
import { AppError, invalidField } from '../platform/errors';
import { aiError } from './ai-error';
import { beginTurn } from './begin-turn';
import { eventStream } from './chat-stream-route';
import { chatEventSourceRoute as meta, chatInput, chatStreamQuery, type ChatInput } from './contract';
import { turnCost } from './turn-cost';
import { END, turnStream } from './turn-stream';

/** An EventSource comes back after some three seconds; one that changes networks takes longer. */
const GRACE_MS = 30_000;

const EVENT_ID = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.(?:(\d{1,9})|end)$/;

/** A GET that costs money and changes a conversation: a page of another origin could make a browser send it, cookie and all. */
function assertOwnPage(principal: Principal, headers: IncomingHttpHeaders): void {
  if (principal.signInId !== undefined && headers['sec-fetch-site'] !== 'same-origin')
    throw new AppError('forbidden', 'With a sign-in this stream is for our own pages; send an API key, or POST');
}

function readEventId(text: string): { turnId: string; after: number | typeof END } {
  const [, turnId, n] = EVENT_ID.exec(text) ?? [];
  if (turnId === undefined) throw invalidField('Last-Event-ID', 'is none of ours; leave it out to begin a new turn');
  return { turnId, after: n === undefined ? END : Number(n) };
}

function inputOf({ file_ids: fileIds, idempotency_key: _key, last_event_id: _last, ...query }: z.output<typeof chatStreamQuery>): ChatInput {
  const result = chatInput.safeParse({ ...query, ...(fileIds ? { file_ids: fileIds.split(',').map((id) => id.trim()) } : {}) });
  if (!result.success) throw validationError(result.error);
  return result.data;
}

export const chatEventSourceRoute = defineRoute({
  meta,
  query: chatStreamQuery,
  answers: {
    200: eventStream,
    204: { description: 'Everything of this turn has been told: an EventSource stops asking' },
    431: { description: 'The message is too long for an address; POST it', content: { 'application/json': z.object({ detail: z.string() }) } },
  },
  handle: async ({ services, principal, query, headers, signal }) => {
    const costOf = (turnId: string) => turnCost(services.db, { workspaceId: principal.workspaceId, turnId });
    const lastEventId = headers['last-event-id'] ?? query.last_event_id;
    if (typeof lastEventId === 'string' && lastEventId !== '') {
      const { turnId, after } = readEventId(lastEventId);
      const run = after === END ? null : await services.chat.recall(principal, turnId).catch((error: unknown) => { throw aiError(error); });
      return run && after !== END ? events(turnStream({ run, signal, costOf, after })) : nothing();
    }
    assertOwnPage(principal, headers); // to listen on costs and changes nothing: browsers send no Sec-Fetch-Site at plain http
    const run = await beginTurn({ services, principal, input: inputOf(query), headers, signal, key: query.idempotency_key, graceMs: GRACE_MS });
    return events(turnStream({ run, signal, costOf }));
  },
});
