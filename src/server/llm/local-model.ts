import { ReadableStream } from 'node:stream/web';
import type { LanguageModelV3, LanguageModelV3CallOptions, LanguageModelV3Content, LanguageModelV3StreamPart, LanguageModelV3Usage } from '@ai-sdk/provider';

/** What a model of our own yields; ids and framing are added here. */
export type LocalPart =
  | { type: 'text'; text: string }
  | { type: 'tool-call'; name: string; args: Record<string, unknown> }
  | { type: 'finish'; inputTokens: number; outputTokens: number };

export interface LocalModelOptions {
  provider: string;
  modelId: string;
  parts(options: LanguageModelV3CallOptions): AsyncGenerator<LocalPart>;
}

/** A model that runs in this process (builtin, scripted, external agent), behind the AI SDK's own interface. */
export function localModel({ provider, modelId, parts }: LocalModelOptions): LanguageModelV3 {
  return {
    specificationVersion: 'v3',
    provider,
    modelId,
    supportedUrls: {},
    doGenerate: async (options) => {
      let text = '';
      const calls: LanguageModelV3Content[] = [];
      let usage = usageOf(0, 0);
      for await (const part of parts(options)) {
        if (part.type === 'text') text += part.text;
        else if (part.type === 'tool-call') calls.push(toolCall(part));
        else usage = usageOf(part.inputTokens, part.outputTokens);
      }
      const content: LanguageModelV3Content[] = text === '' ? calls : [{ type: 'text', text }, ...calls];
      return { content, finishReason: { unified: calls.length > 0 ? 'tool-calls' : 'stop', raw: undefined }, usage, warnings: [] };
    },
    // ReadableStream.from calls the generator's return() on cancel, so a cancelled model stops where it is.
    doStream: async (options) => ({ stream: ReadableStream.from(framed(parts(options))) as Awaited<ReturnType<LanguageModelV3['doStream']>>['stream'] }),
  };
}

async function* framed(parts: AsyncGenerator<LocalPart>): AsyncGenerator<LanguageModelV3StreamPart> {
  yield { type: 'stream-start', warnings: [] };
  let open = false;
  let called = false;
  let usage = usageOf(0, 0);
  for await (const part of parts) {
    if (part.type === 'text') {
      if (!open) yield { type: 'text-start', id: '0' };
      open = true;
      yield { type: 'text-delta', id: '0', delta: part.text };
    } else if (part.type === 'tool-call') {
      called = true;
      yield toolCall(part);
    } else {
      usage = usageOf(part.inputTokens, part.outputTokens);
    }
  }
  if (open) yield { type: 'text-end', id: '0' };
  yield { type: 'finish', finishReason: { unified: called ? 'tool-calls' : 'stop', raw: undefined }, usage };
}

const toolCall = (part: { name: string; args: Record<string, unknown> }) =>
  ({ type: 'tool-call', toolCallId: crypto.randomUUID(), toolName: part.name, input: JSON.stringify(part.args) }) as const;

const usageOf = (input: number, output: number): LanguageModelV3Usage => ({
  inputTokens: { total: input, noCache: input, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: output, text: output, reasoning: undefined },
});

/** The last thing the person said, with what is quoted of the files that were sent along. */
export function lastUserText({ prompt }: LanguageModelV3CallOptions): string {
  const message = prompt.findLast(({ role }) => role === 'user');
  return message?.role === 'user' ? message.content.map((part) => (part.type === 'text' ? part.text : '')).join(' ') : '';
}

/** The same without what is quoted of files before it. */
export function lastQuestion({ prompt }: LanguageModelV3CallOptions): string {
  const message = prompt.findLast(({ role }) => role === 'user');
  const part = message?.role === 'user' ? message.content.findLast(({ type }) => type === 'text') : undefined;
  return part?.type === 'text' ? part.text : '';
}

/** Everything the prompt says, for counting its tokens. */
export function promptText({ prompt }: LanguageModelV3CallOptions): string {
  return prompt
    .map((message) => (message.role === 'system' ? message.content : message.content.map((part) => (part.type === 'text' ? part.text : part.type === 'file' ? '' : JSON.stringify(part))).join(' ')))
    .join('\n');
}
