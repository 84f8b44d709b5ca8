import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/** What the provider does with one request. Several make a sequence; the last repeats. */
export type ProviderStep =
  | { text: string[]; tokenMs?: number }
  | { tool: { name: string; args: Record<string, unknown> } }
  | { status: number; headers?: Record<string, string> }
  | { dieAfter: string[] }
  | { errorAfter: string[] }
  | { garbage: true }
  | { silent: true }
  | { hangAfter: string[] };

export interface ProviderServer extends AsyncDisposable {
  baseUrl: string;
  /** Bodies and headers as they arrived. */
  requests: Array<{ body: Record<string, unknown>; headers: IncomingMessage['headers'] }>;
  /** Clients that left before the answer's end. */
  left: number;
}

interface Wire {
  begin(): unknown[];
  text(delta: string): unknown[];
  tool(name: string, args: string): unknown[];
  end(reason: 'stop' | 'tool'): unknown[];
  error(): unknown[];
  /** After the last event. */
  done: string;
}

const chunk = (delta: object, finish: string | null = null, usage?: object) => ({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: usage ? [] : [{ index: 0, delta, finish_reason: finish }], ...(usage ? { usage } : {}) });

/** The wire formats as the vendors document them: OpenAI's chat completions and Anthropic's messages, both streamed. */
const WIRES: Record<'openai' | 'anthropic', Wire> = {
  openai: {
    begin: () => [chunk({ role: 'assistant', content: '' })],
    text: (content) => [chunk({ content })],
    tool: (name, args) => [
      chunk({ tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name, arguments: '' } }] }),
      ...[args.slice(0, 5), args.slice(5)].map((part) => chunk({ tool_calls: [{ index: 0, function: { arguments: part } }] })),
    ],
    end: (reason) => [chunk({}, reason === 'tool' ? 'tool_calls' : 'stop'), chunk({}, null, { prompt_tokens: 12, completion_tokens: 5, total_tokens: 17, prompt_tokens_details: { cached_tokens: 4 } })],
    error: () => [{ error: { message: 'overloaded sk-secret', type: 'server_error', code: null } }],
    done: 'data: [DONE]\n\n',
  },
  anthropic: {
    begin: () => [{ type: 'message_start', message: { id: 'msg_1', type: 'message', role: 'assistant', model: 'm', content: [], stop_reason: null, stop_sequence: null, usage: { input_tokens: 8, cache_read_input_tokens: 4, cache_creation_input_tokens: 0, output_tokens: 1 } } }],
    text: (text) => [{ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }, { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } }, { type: 'content_block_stop', index: 0 }],
    tool: (name, args) => [
      { type: 'content_block_start', index: 0, content_block: { type: 'tool_use', id: 'toolu_1', name, input: {} } },
      ...[args.slice(0, 5), args.slice(5)].map((part) => ({ type: 'content_block_delta', index: 0, delta: { type: 'input_json_delta', partial_json: part } })),
      { type: 'content_block_stop', index: 0 },
    ],
    end: (reason) => [{ type: 'message_delta', delta: { stop_reason: reason === 'tool' ? 'tool_use' : 'end_turn', stop_sequence: null }, usage: { output_tokens: 5 } }, { type: 'message_stop' }],
    error: () => [{ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded sk-secret' } }],
    done: '',
  },
};

/** A provider on loopback that speaks a vendor's wire format and misbehaves as told. */
export async function scriptedProviderServer(format: 'openai' | 'anthropic', steps: ProviderStep[]): Promise<ProviderServer> {
  const wire = WIRES[format];
  const frame = (event: unknown) => `${format === 'anthropic' ? `event: ${(event as { type: string }).type}\n` : ''}data: ${JSON.stringify(event)}\n\n`;
  const state: Pick<ProviderServer, 'requests' | 'left'> = { requests: [], left: 0 };

  async function answer(step: ProviderStep, response: ServerResponse): Promise<void> {
    const send = (events: unknown[]) => { for (const event of events) response.write(frame(event)); };
    if ('silent' in step) return;
    if ('status' in step) return void response.writeHead(step.status, { 'content-type': 'application/json', ...step.headers }).end(JSON.stringify({ error: { message: 'no sk-secret', type: 'error' } }));
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    if ('garbage' in step) return void response.end('data: {"choices": [oh no\n\n');
    send(wire.begin());
    if ('tool' in step) send(wire.tool(step.tool.name, JSON.stringify(step.tool.args)));
    const words = 'text' in step ? step.text : 'dieAfter' in step ? step.dieAfter : 'errorAfter' in step ? step.errorAfter : 'hangAfter' in step ? step.hangAfter : [];
    for (const word of words) {
      send(wire.text(word));
      await delay('text' in step ? (step.tokenMs ?? 0) : 0);
    }
    if ('hangAfter' in step) return;
    if ('dieAfter' in step) return void setTimeout(() => response.destroy(), 30); // the words must arrive first
    if ('errorAfter' in step) return void response.end(wire.error().map(frame).join(''));
    send(wire.end('tool' in step ? 'tool' : 'stop'));
    response.end(wire.done);
  }

  const server = createServer((request, response) => {
    void (async () => {
      let raw = '';
      for await (const part of request) raw += String(part);
      const step = steps[Math.min(state.requests.length, steps.length - 1)];
      state.requests.push({ body: JSON.parse(raw) as Record<string, unknown>, headers: request.headers });
      response.on('close', () => { if (!response.writableFinished && step && !('dieAfter' in step)) state.left++; });
      if (step) await answer(step, response);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    baseUrl: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/v1`,
    get requests() { return state.requests; },
    get left() { return state.left; },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
