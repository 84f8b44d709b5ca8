/** A process of its own: an OpenAI-compatible provider that takes a fixed time for everything, whoever asks. */
import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { FIRST_TOKEN, MODELS, type ProviderStats } from './settings';

const stats: ProviderStats = { open: 0, peak: 0, answered: 0, left: 0 };

const chunk = (delta: object, finish: string | null = null) =>
  `data: ${JSON.stringify({ id: 'chatcmpl-bench', object: 'chat.completion.chunk', created: 1741570283, model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
const END = `${chunk({}, 'stop')}data: ${JSON.stringify({ id: 'chatcmpl-bench', object: 'chat.completion.chunk', created: 1741570283, model: 'm', choices: [], usage: { prompt_tokens: 20, completion_tokens: 50, total_tokens: 70 } })}\n\ndata: [DONE]\n\n`;

const server = createServer((request, response) => {
  void (async () => {
    if (request.method === 'GET') return void response.end(JSON.stringify(stats));
    let raw = '';
    for await (const part of request) raw += String(part);
    const { model = 'bench' } = JSON.parse(raw) as { model?: keyof typeof MODELS };
    const { firstTokenMs, tokenMs, tokens } = MODELS[model];
    stats.peak = Math.max(stats.peak, ++stats.open);
    response.on('close', () => { stats.open--; stats[response.writableFinished ? 'answered' : 'left']++; });
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    await delay(firstTokenMs);
    response.write(chunk({ role: 'assistant', content: FIRST_TOKEN }));
    for (let token = 1; token < tokens && !response.destroyed; token++) {
      await delay(tokenMs);
      response.write(chunk({ content: ' word' }));
    }
    response.end(END);
  })();
});
server.keepAliveTimeout = 60_000;
server.listen(Number(process.env.BENCH_PORT), '127.0.0.1', 4_096);
