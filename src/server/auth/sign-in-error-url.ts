/** next-auth's browser code reads what went wrong from the `error` parameter of a `url` in the answer, and nowhere else. */
export const signInErrorUrl = (origin: string, words: string): string => `${origin}/login?error=${encodeURIComponent(words)}`;
