/** Nothing has come yet. */
export const Thinking = () => (
  <span role="status" aria-label="Thinking" className="inline-flex h-6 items-center gap-1">
    {[0, 150, 300].map((delayMs) => <span key={delayMs} className="size-1.5 animate-bounce rounded-full bg-ink-3" style={{ animationDelay: `${delayMs}ms`, animationDuration: '900ms' }} />)}
  </span>
);
