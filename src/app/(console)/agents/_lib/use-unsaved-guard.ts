'use client';

import { useEffect, useState } from 'react';

/**
 * While there is something to lose: closing or reloading asks the browser's question, a link within the console asks
 * ours. `pending` is where the person wanted to go; the page shows the question and calls one of the answers.
 */
export function useUnsavedGuard(dirty: boolean): { pending: string | null; stay: () => void } {
  const [pending, setPending] = useState<string | null>(null);
  useEffect(() => {
    if (!dirty) return;
    const onUnload = (event: BeforeUnloadEvent) => event.preventDefault();
    const onClick = (event: MouseEvent) => {
      if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
      if (!(link instanceof HTMLAnchorElement) || link.target === '_blank' || link.origin !== window.location.origin) return;
      if (link.pathname === window.location.pathname) return;
      event.preventDefault(); // before Next's own handler, which respects it
      event.stopPropagation();
      setPending(link.pathname + link.search);
    };
    window.addEventListener('beforeunload', onUnload);
    document.addEventListener('click', onClick, true);
    return () => {
      window.removeEventListener('beforeunload', onUnload);
      document.removeEventListener('click', onClick, true);
    };
  }, [dirty]);
  return { pending, stay: () => setPending(null) };
}
