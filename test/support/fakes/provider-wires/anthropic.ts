import { inPieces, namedFrame, QUOTED, TOKENS, type Wire } from './wire';

const event = (value: { type: string } & Record<string, unknown>) => namedFrame(value.type, value);

const ERROR_TYPES: Record<number, string> = {
  400: 'invalid_request_error', 401: 'authentication_error', 402: 'billing_error', 403: 'permission_error', 404: 'not_found_error', 413: 'request_too_large', 429: 'rate_limit_error', 500: 'api_error', 529: 'overloaded_error',
};

/** https://docs.anthropic.com/en/api/messages-streaming */
export const anthropicWire: Wire = {
  endpoint: /^\/messages$/,
  credential: { header: 'x-api-key', value: 'sk-test' },
  begin: () => event({ type: 'message_start', message: { id: 'msg_01XFDUDYJgAACzvnptvVoYEL', type: 'message', role: 'assistant', model: 'm', content: [], stop_reason: null, stop_sequence: null, usage: { input_tokens: TOKENS.input - TOKENS.cached, cache_creation_input_tokens: 0, cache_read_input_tokens: TOKENS.cached, output_tokens: 1, service_tier: 'standard' } } }) + event({ type: 'ping' }),
  text: (text) => event({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } })
    + event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } })
    + event({ type: 'content_block_stop', index: 0 }),
  calls: (calls) => calls.map(({ id, name, args }, index) =>
    event({ type: 'content_block_start', index: index + 1, content_block: { type: 'tool_use', id, name, input: {} } })
    + ['', ...inPieces(args)].map((partial_json) => event({ type: 'content_block_delta', index: index + 1, delta: { type: 'input_json_delta', partial_json } })).join('')
    + event({ type: 'content_block_stop', index: index + 1 })).join(''),
  end: (why) => event({ type: 'message_delta', delta: { stop_reason: { stop: 'end_turn', tools: 'tool_use', refused: 'refusal' }[why], stop_sequence: null }, usage: { output_tokens: TOKENS.output } }) + event({ type: 'message_stop' }),
  keepAlive: event({ type: 'ping' }),
  failure: () => event({ type: 'error', error: { type: 'overloaded_error', message: `Overloaded ${QUOTED}` } }),
  broken: () => 'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"the prom\n\n',
  refusal: (status) => ({ type: 'error', error: { type: ERROR_TYPES[status] ?? 'api_error', message: `No: ${QUOTED}` }, request_id: 'req_011CSHoEeqs5C35K2UUqR7Fy' }),
};
