'use client';

import { useEffect } from 'react';
import type { PlaygroundSession } from './playground-session';

/** Where a key already means something: typing, choosing, pressing. */
const isTaken = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('input, textarea, select, button, a, [role="dialog"], [role="alertdialog"], [role="listbox"], [role="menu"], [contenteditable]') !== null;

/** Space held talks, Escape stops the reply. */
export function useTalkKeys(session: PlaygroundSession): void {
  useEffect(() => {
    const onDown = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented) session.interrupt();
      if (event.code !== 'Space' || isTaken(event.target) || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault(); // or the page scrolls
      if (!event.repeat) void session.hold();
    };
    const onUp = (event: KeyboardEvent) => { if (event.code === 'Space') session.release(); };
    const onBlur = () => session.release(); // the key comes up in another window
    window.addEventListener('keydown', onDown);
    window.addEventListener('keyup', onUp);
    window.addEventListener('blur', onBlur);
    return () => {
      window.removeEventListener('keydown', onDown);
      window.removeEventListener('keyup', onUp);
      window.removeEventListener('blur', onBlur);
    };
  }, [session]);
}
