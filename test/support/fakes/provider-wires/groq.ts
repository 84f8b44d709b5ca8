import { chatChunk, openaiWire } from './openai';
import { dataFrame, namedFrame, QUOTED, TOKENS, type Wire } from './wire';

const X_ID = { id: 'req_01jbd6g2qdfw2adyrt2az8hz4w' };

/** https://console.groq.com/docs/api-reference#chat-create: OpenAI's chunks with the counts in `x_groq`, calls whole. */
export const groqWire: Wire = {
  ...openaiWire,
  begin: () => dataFrame(chatChunk({ role: 'assistant', content: '' }, null, { x_groq: X_ID })),
  calls: (calls) => dataFrame(chatChunk({ tool_calls: calls.map(({ id, name, args }, index) => ({ index, id, type: 'function', function: { name, arguments: JSON.stringify(args) } })) })),
  end: (why) => dataFrame(chatChunk({}, { stop: 'stop', tools: 'tool_calls', refused: 'content_filter' }[why], { x_groq: { ...X_ID, usage: { queue_time: 0.06, prompt_tokens: TOKENS.input, prompt_time: 0.01, completion_tokens: TOKENS.output, completion_time: 0.02, total_tokens: TOKENS.input + TOKENS.output, total_time: 0.03, prompt_tokens_details: { cached_tokens: TOKENS.cached } } } })) + 'data: [DONE]\n\n',
  failure: () => namedFrame('error', { error: { message: `Over capacity. ${QUOTED}`, type: 'internal_server_error', status_code: 500 } }),
};
