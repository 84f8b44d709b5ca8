import { chatChunk, openaiWire } from './openai';
import { dataFrame, QUOTED, type Wire } from './wire';

/** https://openrouter.ai/docs/api-reference/streaming: OpenAI's chunks with comments between them; errors stand inside a chunk. */
export const openrouterWire: Wire = {
  ...openaiWire,
  begin: () => `: OPENROUTER PROCESSING\n\n: OPENROUTER PROCESSING\n\n${dataFrame(chatChunk({ role: 'assistant', content: '' }, null, { provider: 'OpenAI' }))}`,
  keepAlive: ': OPENROUTER PROCESSING\n\n',
  failure: () => dataFrame({ ...chatChunk({ content: '' }, 'error', { provider: 'OpenAI' }), error: { code: 'server_error', message: `Provider disconnected unexpectedly ${QUOTED}` } }) + 'data: [DONE]\n\n',
  refusal: (status) => ({ error: { code: status, message: `No: ${QUOTED}`, metadata: { provider_name: 'OpenAI', raw: QUOTED } }, user_id: 'user_2x' }),
};
