/** First path segments that belong to the API; everything else is the console's. */
export const API_SEGMENTS = ['api', 'ai', 'call', 'health', 'llm', 'queue', 'rag', 'schedule', 'speak', 'tools', 'voice'] as const;

const API_PATH = new RegExp(`^/(${API_SEGMENTS.join('|')})(/|$)`);
const NEXT_AUTH_PATH = /^\/api\/auth(\/|$)/;

/** The path alone: query strings may carry keys and what people said, and neither belongs in logs or comparisons. */
export const pathOf = (url: string): string => url.split('?', 1)[0]!;

export const isApiPath = (url: string): boolean => API_PATH.test(pathOf(url));

/** next-auth's routes: below /api, but a browser's alone, so no other origin is let in. */
export const isNextAuthPath = (url: string): boolean => NEXT_AUTH_PATH.test(pathOf(url));
