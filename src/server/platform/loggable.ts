export interface LoggedError {
  type: string;
  message: string;
  code?: string;
  status?: number;
  stack?: string;
  cause?: LoggedError;
}

const MOST_CAUSES = 4;

/** Errors of the AI SDK quote the vendor, who may quote the prompt; a parser's quote what it read. */
const quotesContent = (error: Error) => error.name.startsWith('AI_') || error instanceof SyntaxError;

/**
 * An error as the log may have it, with what caused it. What quotes people keeps its kind and status only, and of a failed
 * query, whose text carries its parameters, only the cause is kept.
 */
export function loggable(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: 'something that is no Error was thrown' };
  if ('query' in error && 'params' in error && error.cause !== undefined) return loggable(error.cause, depth);
  const status = 'statusCode' in error && typeof error.statusCode === 'number' ? { status: error.statusCode } : {};
  if (quotesContent(error)) return { type: error.name, message: 'its text may quote what people said', ...status, stack: framesOf(error) };
  return {
    type: error.name,
    message: error.message,
    ...('code' in error && typeof error.code === 'string' ? { code: error.code } : {}),
    ...status,
    ...(error.stack ? { stack: error.stack } : {}),
    ...(error.cause !== undefined && depth < MOST_CAUSES ? { cause: loggable(error.cause, depth + 1) } : {}),
  };
}

/** The stack without its first lines, which repeat the message. */
const framesOf = (error: Error): string => error.stack?.split('\n').filter((line) => /^\s+at /.test(line)).join('\n') ?? '';
