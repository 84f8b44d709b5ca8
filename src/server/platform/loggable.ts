/** An error as the log may have it: a failed query's text carries its parameters, so only its cause is kept. */
export function loggable(error: unknown): { type: string; message: string; code?: string; stack?: string } {
  if (!(error instanceof Error)) return { type: typeof error, message: 'something that is no Error was thrown' };
  if ('query' in error && 'params' in error && error.cause !== undefined) return loggable(error.cause);
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  return { type: error.name, message: error.message, ...code, ...(error.stack ? { stack: error.stack } : {}) };
}
