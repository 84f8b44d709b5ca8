'use client';

import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { PlaygroundSession, PlaygroundSnapshot } from '../../playground/_lib/playground-session';
import { createSession } from '../../playground/_lib/use-playground';
import type { ChatSession } from './chat-session';

const noSubscription = () => () => {};
const nothing = () => null;

/** The record of a session is written behind it: the last words are there a moment after it has ended. */
const SETTLE_MS = [300, 700, 1_500, 3_000];

export interface Voice {
  /** What is or was said in this session; null when there is none. */
  snapshot: PlaygroundSnapshot | null;
  session: PlaygroundSession | null;
  isOn: boolean;
  start: () => void;
  stop: () => void;
}

/**
 * Speaking in the thread that is open: a realtime session of the same conversation. What was said stays in view from the
 * session until the thread has been read again, with it.
 */
export function useVoice(chat: ChatSession): Voice {
  const [session, setSession] = useState<PlaygroundSession | null>(null);
  const [isOn, setOn] = useState(false);
  const current = useRef<PlaygroundSession | null>(null);
  const settling = useRef<ReturnType<typeof setTimeout>>(undefined);
  const snapshot = useSyncExternalStore<PlaygroundSnapshot | null>(session?.subscribe ?? noSubscription, session?.getSnapshot ?? nothing, nothing);

  useEffect(() => () => {
    clearTimeout(settling.current);
    current.current?.close();
    current.current = null;
  }, [chat]);

  // The first word of a new thread makes its conversation, and that is the chat's from then on.
  const { conversationId, agentId, agentName } = snapshot ?? {};
  useEffect(() => {
    if (isOn && conversationId && agentId && agentName) chat.adopt({ id: conversationId, agentId, agentName });
  }, [chat, isOn, conversationId, agentId, agentName]);

  const start = () => {
    clearTimeout(settling.current);
    current.current?.close();
    const { conversation, agentId: chosen } = chat.getSnapshot();
    const created = createSession();
    if (conversation) created.resume({ id: conversation.id, agentId: chosen ?? conversation.agentId, agentName: conversation.agentName, turns: [] });
    else if (chosen) created.setAgent(chosen);
    created.setMode('hands-free');
    current.current = created;
    setSession(created);
    setOn(true);
    void created.toggleMicrophone();
  };

  const stop = () => {
    const ended = current.current;
    if (!ended) return;
    const said = ended.getSnapshot().thread.turns.length;
    ended.close();
    setOn(false);
    const settle = async (attempt: number) => {
      await chat.reload();
      if (current.current !== ended) return;
      const isLast = attempt + 1 >= SETTLE_MS.length;
      if (!isLast && chat.getSnapshot().conversation?.isLive) {
        settling.current = setTimeout(() => void settle(attempt + 1), SETTLE_MS[attempt + 1]);
        return;
      }
      current.current = null;
      setSession(null);
    };
    settling.current = setTimeout(() => void settle(0), said > 0 ? SETTLE_MS[0] : 0);
  };

  return { snapshot, session, isOn, start, stop };
}
