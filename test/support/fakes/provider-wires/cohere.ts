import { inPieces, namedFrame, QUOTED, TOKENS, type Wire } from './wire';

const event = (value: { type: string } & Record<string, unknown>) => namedFrame(value.type, value);

/** https://docs.cohere.com/v2/docs/streaming; it counts no cached tokens. */
export const cohereWire: Wire = {
  endpoint: /^\/chat$/,
  credential: { header: 'authorization', value: 'Bearer sk-test' },
  begin: () => event({ id: '29f14a5a-11de-4cae-9800-25e4747408ea', type: 'message-start', delta: { message: { role: 'assistant', content: [], tool_plan: '', tool_calls: [], citations: [] } } }),
  text: (text) => event({ type: 'content-start', index: 0, delta: { message: { content: { type: 'text', text: '' } } } })
    + event({ type: 'content-delta', index: 0, delta: { message: { content: { text } } } })
    + event({ type: 'content-end', index: 0 }),
  calls: (calls) => event({ type: 'tool-plan-delta', delta: { message: { tool_plan: 'I will use a tool.' } } }) + calls.map(({ id, name, args }, index) =>
    event({ type: 'tool-call-start', index, delta: { message: { tool_calls: { id, type: 'function', function: { name, arguments: '' } } } } })
    + inPieces(args).map((part) => event({ type: 'tool-call-delta', index, delta: { message: { tool_calls: { function: { arguments: part } } } } })).join('')
    + event({ type: 'tool-call-end', index })).join(''),
  end: (why) => event({ type: 'message-end', delta: { finish_reason: { stop: 'COMPLETE', tools: 'TOOL_CALL', refused: 'ERROR_TOXIC' }[why], usage: { billed_units: { input_tokens: 3, output_tokens: TOKENS.output }, tokens: { input_tokens: TOKENS.input, output_tokens: TOKENS.output } } } }),
  keepAlive: ':\n\n',
  failure: () => event({ type: 'message-end', delta: { finish_reason: 'ERROR', error: `internal server error ${QUOTED}`, usage: { billed_units: { input_tokens: 3, output_tokens: 1 }, tokens: { input_tokens: TOKENS.input, output_tokens: 1 } } } }),
  broken: () => 'event: content-delta\ndata: {"type":"content-delta","index":0,"delta":{"message":{"content":{"text":"the prom\n\n',
  refusal: () => ({ id: '1b0f6c1e-7c2a-4d27-9f6c-2b6f6ac5d1b3', message: `No: ${QUOTED}` }),
};
