/** Where one is in the tab's history, by the Navigation API; browsers without it do not say. */
const historyIndex = (): number | undefined =>
  (window as { navigation?: { currentEntry?: { index: number } | null } }).navigation?.currentEntry?.index;

/**
 * Back and Forward ask first. They have happened when a page hears of them, so it goes back to where it was (Next is
 * told of neither), and `ask` is given what takes the step after all. Without the Navigation API the step counts as Back.
 */
export function interceptTraversal(ask: (go: () => void) => void): () => void {
  const here = historyIndex();
  let isReturning = false;
  let isAllowed = false;
  const onPopState = (event: PopStateEvent) => {
    if (isAllowed) return;
    event.stopImmediatePropagation(); // in the capture phase: before Next's own listener
    if (isReturning) {
      isReturning = false;
      return;
    }
    const there = historyIndex();
    const steps = here === undefined || there === undefined ? -1 : there - here;
    if (steps === 0) return;
    isReturning = true;
    window.history.go(-steps);
    ask(() => {
      isAllowed = true;
      window.history.go(steps);
    });
  };
  window.addEventListener('popstate', onPopState, true);
  return () => window.removeEventListener('popstate', onPopState, true);
}
