import { dataFrame, inPieces, QUOTED, TOKENS, type Wire } from './wire';

export const chatChunk = (delta: object, finish: string | null = null, more: object = {}) =>
  ({ id: 'chatcmpl-B9MHDbslfkBeAs8l4bebGdFOJ6PeG', object: 'chat.completion.chunk', created: 1741570283, model: 'm', service_tier: 'default', system_fingerprint: 'fp_fc9f1d7035', choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }], ...more });

const ERROR_TYPES: Record<number, [type: string, code: string]> = {
  401: ['invalid_request_error', 'invalid_api_key'], 404: ['invalid_request_error', 'model_not_found'], 429: ['requests', 'rate_limit_exceeded'],
};

/** https://platform.openai.com/docs/api-reference/chat-streaming */
export const openaiWire: Wire = {
  endpoint: /^\/chat\/completions$/,
  credential: { header: 'authorization', value: 'Bearer sk-test' },
  begin: () => dataFrame(chatChunk({ role: 'assistant', content: '', refusal: null })),
  text: (content) => dataFrame(chatChunk({ content })),
  calls: (calls) => calls.map(({ id, name, args }, index) =>
    dataFrame(chatChunk({ tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] }))
    + inPieces(args).map((part) => dataFrame(chatChunk({ tool_calls: [{ index, function: { arguments: part } }] }))).join('')).join(''),
  end: (why) => dataFrame(chatChunk({}, { stop: 'stop', tools: 'tool_calls', refused: 'content_filter' }[why]))
    + dataFrame({ ...chatChunk({}), choices: [], usage: { prompt_tokens: TOKENS.input, completion_tokens: TOKENS.output, total_tokens: TOKENS.input + TOKENS.output, prompt_tokens_details: { cached_tokens: TOKENS.cached, audio_tokens: 0 }, completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0, accepted_prediction_tokens: 0, rejected_prediction_tokens: 0 } } })
    + 'data: [DONE]\n\n',
  keepAlive: ':\n\n',
  failure: () => dataFrame({ error: { message: `The server had an error processing your request. ${QUOTED}`, type: 'server_error', param: null, code: null } }),
  broken: () => 'data: {"id":"chatcmpl-B9","choices":[{"index":0,"delta":{"content":"the prom\n\n',
  refusal: (status) => ({ error: { message: `No: ${QUOTED}`, type: ERROR_TYPES[status]?.[0] ?? 'server_error', param: null, code: ERROR_TYPES[status]?.[1] ?? null } }),
};
