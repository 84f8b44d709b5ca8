'use client';

import { useEffect, useState, useSyncExternalStore } from 'react';
import { PlaygroundSession, type PlaygroundSnapshot } from './playground-session';

const REALTIME_PATH = '/api/v1/realtime';

export const createSession = () => new PlaygroundSession({ url: `${window.location.origin.replace(/^http/, 'ws')}${REALTIME_PATH}` });

/** The session of this page; null until the browser has taken over. It hangs up when the page is left. */
export function usePlayground(): PlaygroundSession | null {
  const [session, setSession] = useState<PlaygroundSession | null>(null);
  useEffect(() => {
    const created = createSession();
    setSession(created);
    return () => created.close();
  }, []);
  return session;
}

export const useSnapshot = (session: PlaygroundSession): PlaygroundSnapshot =>
  useSyncExternalStore(session.subscribe, session.getSnapshot, session.getSnapshot);
