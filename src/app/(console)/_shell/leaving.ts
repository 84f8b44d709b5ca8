'use client';

import { createContext, use, useMemo, useRef } from 'react';

type Ask = (go: () => void) => void;

export interface Leaving {
  /** For what leads away without a link, as keys and the palette do: goes at once, unless a page has something to lose. */
  leave(go: () => void): void;
  /** While it is set, `ask` decides. Returns what takes it back. */
  guardWith(ask: Ask): () => void;
}

export const LeavingContext = createContext<Leaving | null>(null);

export function useLeavingState(): Leaving {
  const asked = useRef<Ask | null>(null);
  return useMemo(() => ({
    leave: (go) => (asked.current ? asked.current(go) : go()),
    guardWith: (ask) => {
      asked.current = ask;
      return () => { if (asked.current === ask) asked.current = null; };
    },
  }), []);
}

export function useLeaving(): Leaving {
  const leaving = use(LeavingContext);
  if (!leaving) throw new Error('useLeaving is for pages inside the shell');
  return leaving;
}
