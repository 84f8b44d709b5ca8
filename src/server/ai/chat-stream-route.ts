import { z } from 'zod';
import { events } from '../api/answer';
import { defineRoute } from '../api/define-route';
import { beginTurn } from './begin-turn';
import { MAX_BODY_BYTES } from './chat-route';
import { chatInput, chatStreamRoute as meta } from './contract';
import { turnCost } from './turn-cost';
import { turnStream } from './turn-stream';

export const eventStream = { description: 'The events, as they happen', content: { 'text/event-stream': z.string() } };

export const chatStreamRoute = defineRoute({
  meta,
  body: { kind: 'json', schema: chatInput, maxBytes: MAX_BODY_BYTES },
  answers: { 200: eventStream },
  handle: async ({ services, principal, body, headers, signal }) => {
    const run = await beginTurn({ services, principal, input: body, headers, signal });
    return events(turnStream({ run, signal, costOf: (turnId) => turnCost(services.db, { workspaceId: principal.workspaceId, turnId }) }));
  },
});
