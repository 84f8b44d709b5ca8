/** Marks the entry that stands in for the page while something may be lost. */
const MARK = 'parleyGuard';

const isMarked = (): boolean => typeof window.history.state === 'object' && window.history.state !== null && MARK in window.history.state;

/**
 * Back asks first. It has happened when a page hears of it, and browsers disagree on who hears of it first; so the page
 * stands in the history twice: Back leads from the copy to the page itself, which Next shows as it is, and `ask` is given
 * what takes the whole way. The copy outlasts the changes: then Back takes two steps, once.
 */
export function interceptTraversal(ask: (go: () => void) => void): () => void {
  const address = window.location.href;
  const standIn = () => { if (!isMarked()) window.history.pushState({ ...window.history.state as object, [MARK]: true }, '', address); };
  let isAllowed = false;
  const onPopState = () => {
    if (isAllowed) return;
    standIn();
    ask(() => {
      isAllowed = true;
      window.history.go(-2);
    });
  };
  standIn();
  window.addEventListener('popstate', onPopState);
  return () => window.removeEventListener('popstate', onPopState);
}
