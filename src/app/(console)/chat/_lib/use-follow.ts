'use client';

import { useCallback, useEffect, useRef, useState, type RefObject } from 'react';

/** Closer to the end than this, new words keep scrolling into view; who has scrolled up to read is left alone. */
const STICKY_PIXELS = 80;

interface Follow {
  scroller: RefObject<HTMLDivElement | null>;
  content: RefObject<HTMLDivElement | null>;
  /** The reader is somewhere above the end. */
  isAway: boolean;
  onScroll: () => void;
  toEnd: () => void;
}

/** Keeps the end of a growing text in view, for as long as the reader is there. */
export function useFollow(): Follow {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  const lastTop = useRef(0);
  const [isAway, setAway] = useState(false);

  const toEnd = useCallback(() => {
    follows.current = true;
    setAway(false);
    const element = scroller.current;
    if (element) element.scrollTop = element.scrollHeight;
  }, []);

  // Only who moves up has left: text that grew below may be a scroll event's distance too, before it is followed.
  const onScroll = useCallback(() => {
    const element = scroller.current;
    if (!element) return;
    const isNear = element.scrollHeight - element.scrollTop - element.clientHeight < STICKY_PIXELS;
    if (isNear) follows.current = true;
    else if (element.scrollTop < lastTop.current) follows.current = false;
    lastTop.current = element.scrollTop;
    setAway(!follows.current);
  }, []);

  // What grows is watched, not what was said: code that is coloured and images that arrive late grow it too.
  useEffect(() => {
    const grown = content.current;
    const element = scroller.current;
    if (!grown || !element) return;
    const observer = new ResizeObserver(() => { if (follows.current) element.scrollTop = element.scrollHeight; });
    observer.observe(grown);
    return () => observer.disconnect();
  }, []);

  return { scroller, content, isAway, onScroll, toEnd };
}
