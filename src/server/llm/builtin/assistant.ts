import type { LanguageModelV3, LanguageModelV3CallOptions } from '@ai-sdk/provider';
import { lastQuestion, localModel, promptText, type LocalPart } from '../local-model';
import { countTokens } from '../token-count';
import { filesIn } from './about-files';
import { decide, NO_ANSWER, sayResult, type Decision } from './intents';

/**
 * Answers when no language model is configured, behind the interface of one: it picks tools by rules and otherwise says
 * plainly what it is. It streams word by word like any other, so that everything behind it is exercised the same way.
 */
export const builtinAssistant: LanguageModelV3 = localModel({
  provider: 'builtin',
  modelId: 'assistant',
  async *parts(options): AsyncGenerator<LocalPart> {
    const decision = next(options);
    let words = '';
    if ('tool' in decision) {
      yield { type: 'tool-call', name: decision.tool, args: decision.args };
    } else {
      words = decision.say;
      for (const text of words.match(/\s*\S+/g) ?? []) {
        options.abortSignal?.throwIfAborted();
        yield { type: 'text', text };
      }
    }
    yield { type: 'finish', inputTokens: countTokens(promptText(options)), outputTokens: countTokens(words) };
  },
});

function next(options: LanguageModelV3CallOptions): Decision {
  const text = lastQuestion(options);
  const last = options.prompt.at(-1);
  if (last?.role === 'tool') {
    const part = last.content.find(({ type }) => type === 'tool-result');
    return { say: part?.type === 'tool-result' ? sayResult(text, readResult(part.output)) : NO_ANSWER };
  }
  return decide(text, new Set(options.tools?.map(({ name }) => name)), filesIn(options));
}

type ToolOutput = Extract<Extract<LanguageModelV3CallOptions['prompt'][number], { role: 'tool' }>['content'][number], { type: 'tool-result' }>['output'];

/** The tool's own sentence, whatever else it sent. */
function readResult(output: ToolOutput): { success: boolean; message: string } {
  if (output.type === 'text') return { success: true, message: output.value };
  if (output.type === 'error-text') return { success: false, message: output.value };
  if (output.type !== 'json' || typeof output.value !== 'object' || output.value === null || Array.isArray(output.value)) return { success: false, message: '' };
  const { success, message } = output.value;
  return { success: success !== false, message: typeof message === 'string' ? message : '' };
}
