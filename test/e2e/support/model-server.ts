import { createServer } from 'node:http';

export interface ModelServer {
  baseUrl: string;
  stop(): Promise<void>;
}

const USAGE = { prompt_tokens: 1_000, completion_tokens: 200, total_tokens: 1_200 };

/** A model of one's own, as llama.cpp serves it: it says the same whatever it is asked, and what that took. Nobody knows its price. */
export async function startModelServer(): Promise<ModelServer> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const chunk = (delta: object, rest: object = {}) => `data: ${JSON.stringify({ id: 'answer', object: 'chat.completion.chunk', created: 1, model: 'house-model', choices: [{ index: 0, delta, finish_reason: null }], ...rest })}\n\n`;
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(chunk({ role: 'assistant', content: 'The house model ' }));
      response.write(chunk({ content: 'has heard you.' }));
      response.end(`${chunk({}, { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage: USAGE })}data: [DONE]\n\n`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    baseUrl: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/v1`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
