import { dataFrame, QUOTED, TOKENS, type Wire } from './wire';

const USAGE = { promptTokenCount: TOKENS.input, candidatesTokenCount: TOKENS.output, totalTokenCount: TOKENS.input + TOKENS.output, cachedContentTokenCount: TOKENS.cached, promptTokensDetails: [{ modality: 'TEXT', tokenCount: TOKENS.input }] };
const frame = (parts: object[], more: object = {}, candidate: object = {}) =>
  dataFrame({ candidates: [{ content: { parts, role: 'model' }, index: 0, ...candidate }], modelVersion: 'm', responseId: 'mAitaLmkHPPlz7IPvtfUqQ4', ...more });

const STATUSES: Record<number, string> = { 400: 'INVALID_ARGUMENT', 401: 'UNAUTHENTICATED', 403: 'PERMISSION_DENIED', 404: 'NOT_FOUND', 429: 'RESOURCE_EXHAUSTED', 500: 'INTERNAL', 503: 'UNAVAILABLE' };

/** https://ai.google.dev/api/generate-content#method:-models.streamgeneratecontent, with alt=sse */
export const googleWire: Wire = {
  endpoint: /^\/models\/m:streamGenerateContent\?alt=sse$/,
  credential: { header: 'x-goog-api-key', value: 'sk-test' },
  begin: () => '',
  text: (text) => frame([{ text }], { usageMetadata: { promptTokenCount: TOKENS.input, totalTokenCount: TOKENS.input } }),
  calls: (calls) => frame(calls.map(({ name, args }) => ({ functionCall: { name, args } }))),
  end: (why) => why === 'refused'
    ? dataFrame({ promptFeedback: { blockReason: 'PROHIBITED_CONTENT' }, usageMetadata: { promptTokenCount: TOKENS.input, totalTokenCount: TOKENS.input }, modelVersion: 'm' })
    : frame([{ text: '' }], { usageMetadata: USAGE }, { finishReason: 'STOP' }),
  keepAlive: ': keep-alive\n\n',
  failure: () => dataFrame({ error: { code: 503, message: `The model is overloaded. ${QUOTED}`, status: 'UNAVAILABLE' } }),
  broken: () => 'data: {"candidates":[{"content":{"parts":[{"text":"the prom\n\n',
  refusal: (status) => ({ error: { code: status, message: `No: ${QUOTED}`, status: STATUSES[status] ?? 'UNKNOWN', details: [] } }),
};
