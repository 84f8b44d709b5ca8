import { defineRoute } from '../api/define-route';
import { beginRun, openThread } from './begin-run';
import { runInput, runThreadRoute as meta } from './contract';
import { streamAnswer, streamedAnswer } from './stream-answer';

export const runThreadRoute = defineRoute({
  meta,
  body: { kind: 'json', schema: runInput },
  answers: { 200: streamedAnswer },
  handle: async ({ services, principal, body, headers, signal }) => {
    const opened = await openThread({ services, principal, threadId: body.thread_id, modelId: body.model_id });
    return streamAnswer(await beginRun({ services, opened, text: body.message, headers }), { headers, signal });
  },
});
