import { dataFrame, QUOTED, TOKENS, type Wire } from './wire';

const chunk = (delta: object, finish: string | null = null, more: object = {}) =>
  ({ id: 'cmpl-e5cc70bb28c444948073e77776eb30ef', object: 'chat.completion.chunk', created: 1702256327, model: 'm', choices: [{ index: 0, delta, finish_reason: finish }], ...more });
const USAGE = { prompt_tokens: TOKENS.input, total_tokens: TOKENS.input + TOKENS.output, completion_tokens: TOKENS.output, prompt_tokens_details: { cached_tokens: TOKENS.cached } };

/** https://docs.mistral.ai/api/#tag/chat: calls whole, in the chunk that ends the answer, whose counts stand beside them. */
export const mistralWire: Wire = {
  endpoint: /^\/chat\/completions$/,
  credential: { header: 'authorization', value: 'Bearer sk-test' },
  begin: () => dataFrame(chunk({ role: 'assistant', content: '' })),
  text: (content) => dataFrame(chunk({ content })),
  calls: (calls) => dataFrame(chunk({ content: '', tool_calls: calls.map(({ id, name, args }, index) => ({ id, function: { name, arguments: JSON.stringify(args) }, index })) })),
  end: (why) => dataFrame(chunk({ content: '' }, { stop: 'stop', tools: 'tool_calls', refused: 'content_filter' }[why], { usage: USAGE })) + 'data: [DONE]\n\n',
  keepAlive: ':\n\n',
  failure: () => dataFrame({ object: 'error', message: `Service unavailable. ${QUOTED}`, type: 'internal_server_error', param: null, code: '3800' }),
  broken: () => 'data: {"id":"cmpl-e5","choices":[{"index":0,"delta":{"content":"the prom\n\n',
  refusal: (status) => (status === 401 ? { detail: `Unauthorized ${QUOTED}` } : { object: 'error', message: `No: ${QUOTED}`, type: status === 429 ? 'rate_limited' : 'invalid_request_error', param: null, code: '1300', raw_status_code: status }),
};
