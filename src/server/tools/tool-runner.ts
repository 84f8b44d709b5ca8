import { AppError } from '../platform/errors';
import type { Logger } from '../platform/logger';
import { checkParameters } from './check-parameters';
import { failed } from './result';
import type { Tool, ToolContext, ToolResult, ToolRunner } from './tool';

/** Shorter than a turn's own first-token time-out, so that a stuck tool becomes words and not a dead line. */
const DEFAULT_TIMEOUT_MS = 10_000;

export interface ToolRegistry extends ToolRunner {
  /** Every tool, enabled or not, by name. */
  readonly all: readonly Tool[];
  /** Names are matched in upper case. */
  find(name: string): Tool | undefined;
}

export function createToolRunner(tools: readonly Tool[], options: { logger: Logger; timeoutMs?: number }): ToolRegistry {
  const byName = new Map(tools.map((tool) => [tool.name, tool]));
  const find = (name: string) => byName.get(name.toUpperCase());
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;

  async function run(name: string, params: Record<string, unknown>, context: ToolContext): Promise<ToolResult> {
    const tool = find(name);
    if (!tool) return failed(`There is no tool named ${name.toUpperCase().slice(0, 64)}.`);
    if (!tool.enabled) return failed(`The tool ${tool.name} is not enabled.`);
    const checked = checkParameters(tool.parameters, params);
    if (!checked.ok) return failed(checked.problem);

    const timer = AbortSignal.timeout(timeoutMs);
    const signal = AbortSignal.any([context.signal, timer]);
    try {
      return await settleBefore(signal, () => tool.execute(checked.params, { ...context, signal }));
    } catch (thrown) {
      if (context.signal.aborted) throw new AppError('cancelled', 'Cancelled', { cause: thrown });
      if (timer.aborted) return failed(`The tool ${tool.name} took too long.`);
      options.logger.error({ tool: tool.name, err: thrown }, 'tool failed');
      return failed(`The tool ${tool.name} failed.`);
    }
  }

  return {
    all: [...byName.values()].sort((a, b) => a.name.localeCompare(b.name)),
    find,
    list: (names) => [...new Set(names.map(find))].filter((tool): tool is Tool => tool?.enabled === true),
    run,
  };
}

/** The tool's result, or the signal's reason if it comes first: a tool that ignores its signal must not hold the turn. */
async function settleBefore<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work(), aborted]);
  } finally {
    if (stop) signal.removeEventListener('abort', stop);
  }
}
