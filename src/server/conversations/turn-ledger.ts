import type { ModelMessage } from 'ai';
import { countTokens } from '../llm';
import type { TokenUsage } from './turn-events';

/** A request to the model, as the ledger has it. */
export interface RequestUsage extends TokenUsage {
  /** The provider counted nothing: these are our own counts, because nothing is free. */
  estimated: boolean;
  success: boolean;
}

/** What the AI SDK says of a request; what the provider did not count is undefined. */
export interface CountedUsage {
  inputTokens: number | undefined;
  outputTokens: number | undefined;
  inputTokenDetails: { cacheReadTokens: number | undefined };
}

/** Of a picture or a file, which providers count by their own lights: about what the large ones charge for a page. */
const FILE_TOKENS = 1_000;

/**
 * One entry for each request of a turn: with tools it makes several, and each sends all that was said before again.
 *
 * idle ──asked──▶ asked ──answered (first part)──▶ answering ──counted──▶ idle     the next one leaves at once, or none does
 *                   └── over: nothing came; only one that was refused costs nothing ┘ broken off: estimated
 */
export class TurnLedger {
  readonly #requests: RequestUsage[] = [];
  #state: 'idle' | 'asked' | 'answering' = 'idle';
  /** Words and calls of the request that runs. */
  #answer = '';
  /** What was said within this turn, by earlier requests and their tools; the next request sends it along. */
  #said = '';
  /** What tools gave meanwhile. */
  #gave = '';
  #prompt: number | undefined;

  constructor(private readonly prompt: { system: string; messages: readonly ModelMessage[] }) {}

  get requests(): readonly RequestUsage[] { return this.#requests; }

  /** With the one that runs, as far as it came: what is due if nothing more is heard of the turn. */
  get soFar(): readonly RequestUsage[] { return this.#state === 'idle' ? this.#requests : [...this.#requests, this.#estimate(true)]; }

  get total(): TokenUsage {
    const total = { inputTokens: 0, outputTokens: 0, cachedTokens: 0 };
    for (const request of this.#requests) {
      total.inputTokens += request.inputTokens;
      total.outputTokens += request.outputTokens;
      total.cachedTokens += request.cachedTokens;
    }
    return total;
  }

  /** A request leaves. */
  asked(): void {
    this.#state = 'asked';
    this.#answer = '';
  }

  /** The provider has begun to answer, perhaps with this. */
  answered(text = ''): void {
    this.#state = 'answering';
    this.#answer += text;
  }

  /** What a tool gave, which the next request sends along. */
  toolGave(result: unknown): void { this.#gave += JSON.stringify(result) ?? ''; }

  counted(usage: CountedUsage): void {
    const estimated = usage.inputTokens === undefined && usage.outputTokens === undefined;
    this.#enter(estimated ? this.#estimate(true) : {
      inputTokens: usage.inputTokens ?? this.#promptTokens(), outputTokens: usage.outputTokens ?? countTokens(this.#answer),
      cachedTokens: usage.inputTokenDetails.cacheReadTokens ?? 0, estimated: usage.inputTokens === undefined || usage.outputTokens === undefined, success: true,
    });
  }

  /** No further request left. */
  finished(): void { if (this.#state === 'asked') this.#state = 'idle'; }

  /**
   * The turn is over. A request that was running counts as far as it came: whoever was asked has read it, answer or not.
   * Only one that failed before its first part, which is a refusal, is entered as having used nothing.
   */
  over({ failed, refused }: { failed: boolean; refused: boolean }): void {
    const last = this.#requests.at(-1);
    if (this.#state === 'idle') {
      if (failed && last) last.success = false; // it was its answer that could not be used
      return;
    }
    this.#enter(refused && this.#state === 'asked'
      ? { inputTokens: 0, outputTokens: 0, cachedTokens: 0, estimated: false, success: false }
      : this.#estimate(!failed));
  }

  #enter(request: RequestUsage): void {
    this.#requests.push(request);
    this.#said += this.#answer + this.#gave;
    this.#answer = '';
    this.#gave = '';
    this.#state = 'idle';
  }

  #estimate(success: boolean): RequestUsage {
    return { inputTokens: this.#promptTokens(), outputTokens: countTokens(this.#answer), cachedTokens: 0, estimated: true, success };
  }

  #promptTokens(): number {
    this.#prompt ??= countTokens(this.prompt.system) + this.prompt.messages.reduce((total, { content }) => total + tokensOf(content), 0);
    return this.#prompt + countTokens(this.#said);
  }
}

function tokensOf(content: ModelMessage['content']): number {
  if (typeof content === 'string') return countTokens(content);
  return content.reduce((total, part) => {
    if (part.type === 'text' || part.type === 'reasoning') return total + countTokens(part.text);
    return total + (part.type === 'file' || part.type === 'image' ? FILE_TOKENS : countTokens(JSON.stringify(part)));
  }, 0);
}
