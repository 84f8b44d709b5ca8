'use client';

import { useRouter } from 'next/navigation';
import { useCallback, useEffect, useState } from 'react';
import { interceptTraversal } from '../../_lib/intercept-traversal';
import { useLeaving } from '../_shell/leaving';

export interface UnsavedGuard {
  /** Somebody wants to leave: the page shows the question and calls one of the answers. */
  isAsking: boolean;
  stay(): void;
  leave(): void;
}

/**
 * While there is something to lose: closing or reloading asks the browser's question; a link within the console, Back,
 * the palette and the keys of pages ask ours.
 */
export function useUnsavedGuard(dirty: boolean): UnsavedGuard {
  const router = useRouter();
  const { guardWith } = useLeaving();
  const [pending, setPending] = useState<{ go: () => void } | null>(null);
  useEffect(() => {
    if (!dirty) return;
    const ask = (go: () => void) => setPending({ go });
    const onUnload = (event: BeforeUnloadEvent) => event.preventDefault();
    const onClick = (event: MouseEvent) => {
      if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
      if (!(link instanceof HTMLAnchorElement) || link.target === '_blank' || link.origin !== window.location.origin) return;
      if (link.pathname === window.location.pathname) return;
      event.preventDefault(); // before Next's own handler, which respects it
      event.stopPropagation();
      const address = link.pathname + link.search;
      ask(() => router.push(address));
    };
    window.addEventListener('beforeunload', onUnload);
    document.addEventListener('click', onClick, true);
    const releases = [guardWith(ask), interceptTraversal(ask)];
    return () => {
      window.removeEventListener('beforeunload', onUnload);
      document.removeEventListener('click', onClick, true);
      for (const release of releases) release();
    };
  }, [dirty, router, guardWith]);
  const stay = useCallback(() => setPending(null), []);
  const leave = useCallback(() => {
    setPending(null);
    pending?.go();
  }, [pending]);
  return { isAsking: pending !== null, stay, leave };
}
