import { z } from 'zod';
import { json } from '../api/answer';
import { routesWith } from '../api/define-route';
import { CONVERSATION_PATH } from './contract';

const DESCRIPTION = `A WebSocket of JSON text frames and audio: binary frames, or base64 in \`audio_chunk\` (s16le mono, 16 kHz to the
server, 24 kHz back). The client streams what the microphone hears; the server finds out when somebody speaks. It sends
\`status_update\`, \`vad_update\`, \`speech_start\`, \`speech_end\`, \`transcript_update\`, \`assistant_response\`, \`bot_responding_start\`,
\`audio_chunk\`, \`audio_stream_end\`, \`bot_responding_end\`, \`interrupt\` and \`error\`. POST on the same path makes a token for
\`?token=\`; with a key or a cookie it may be opened as it is.`;

const upgrade = z.object({ detail: z.string() }).meta({ id: 'ConversationUpgrade' });

/** Upgrades never get here: http/upgrades.ts and realtime's gate take them. This is for those who ask without one. */
export const streamRoute = routesWith<unknown>()({
  meta: {
    openapi: { method: 'GET', path: CONVERSATION_PATH, operationId: 'conversationStream', tags: ['Conversations'], summary: 'A streaming conversation (WebSocket)', description: DESCRIPTION },
    auth: { role: 'operator', scope: 'realtime' },
  },
  query: z.object({
    token: z.string().optional().meta({ description: 'A key or token, for clients that cannot set headers.' }),
    agent_id: z.string().optional().meta({ description: 'The default agent when absent.' }),
    conversation_id: z.string().optional().meta({ description: 'Continues an earlier conversation.' }),
    client_id: z.string().optional().meta({ description: 'A name for the caller.' }),
    audio: z.string().optional().meta({ description: '`binary`, `base64` or `none`; when absent, the way the client sends its own.' }),
    greeting: z.string().optional().meta({ description: '`false`: without the agent’s greeting.' }),
  }),
  answers: {
    101: { description: 'The connection is a WebSocket now' },
    426: { description: 'This is a WebSocket: send an upgrade request', content: { 'application/json': upgrade } },
    502: { description: 'The realtime process does not answer' },
  },
  handle: () => json({ detail: 'This is a WebSocket: send an upgrade request' }, { status: 426, headers: { upgrade: 'websocket', connection: 'upgrade' } }),
});
