import { chatChunk, openaiWire } from './openai';
import { dataFrame, QUOTED, TOKENS, type Wire } from './wire';

/** https://github.com/ggml-org/llama.cpp/tree/master/tools/server: OpenAI's chunks, no key, its timings beside the counts. */
export const llamaCppWire: Wire = {
  ...openaiWire,
  credential: null,
  begin: () => dataFrame(chatChunk({ role: 'assistant', content: null })),
  end: (why) => dataFrame(chatChunk({}, { stop: 'stop', tools: 'tool_calls', refused: 'content_filter' }[why]))
    + dataFrame({ ...chatChunk({}), choices: [], usage: { completion_tokens: TOKENS.output, prompt_tokens: TOKENS.input, total_tokens: TOKENS.input + TOKENS.output, prompt_tokens_details: { cached_tokens: TOKENS.cached } }, timings: { cache_n: TOKENS.cached, prompt_n: 8, prompt_ms: 28.1, predicted_n: TOKENS.output, predicted_ms: 61.2 } })
    + 'data: [DONE]\n\n',
  failure: () => dataFrame({ error: { code: 500, message: `context shift is disabled ${QUOTED}`, type: 'server_error' } }),
  refusal: (status) => ({ error: { code: status, message: `No: ${QUOTED}`, type: status === 401 ? 'authentication_error' : status === 503 ? 'unavailable_error' : 'server_error' } }),
};
