'use client';

import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { useTRPC, useTRPCClient } from '../../../_lib/trpc';
import { ChatSession, type ChatPorts, type ChatSnapshot } from './chat-session';
import { stopAnswer } from './stop-answer';
import { uploadFile } from './upload-file';

/** `randomUUID` is for secure contexts only; at plain http in the house the chat works all the same. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** The chat of this page; null until the browser has taken over. Whoever leaves the page hears no more of an answer, but has not stopped it. */
export function useChat(onConversation: (conversationId: string) => void): ChatSession | null {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const [session, setSession] = useState<ChatSession | null>(null);
  useEffect(() => {
    const ports: ChatPorts = {
      load: (id) => queryClient.fetchQuery(trpc.conversations.get.queryOptions({ conversation_id: id }, { staleTime: 0 })),
      running: async (id) => {
        const { turns: [first] } = await client.ai.running.query({ conversation_id: id }).catch(() => ({ turns: [] }));
        return first ? { turnId: first.turn_id, messageId: first.message_id, userMessageId: first.user_message_id } : null;
      },
      stop: (turn) => void stopAnswer(turn),
      createConversation: async () => (await client.threads.create.mutate()).thread_id,
      branch: async ({ conversationId, messageId, title }) => {
        const branch = await client.conversations.branch.mutate({ conversation_id: conversationId, message_id: messageId, title });
        return { id: branch.id, files: branch.files.map((file) => ({ id: file.id, name: file.name, mediaType: file.media_type, sizeBytes: file.size_bytes, pageCount: file.page_count })) };
      },
      upload: uploadFile,
      removeFile: (id) => void fetch(`/api/files/${id}`, { method: 'DELETE', keepalive: true }).catch(() => {}), // what stays is small, and goes with its conversation
      onConversation,
      onChanged: () => void queryClient.invalidateQueries(trpc.conversations.list.pathFilter()),
      newId,
    };
    const created = new ChatSession(ports);
    setSession(created);
    return () => created.close();
  }, [trpc, client, queryClient, onConversation]);
  return session;
}

export const useChatSnapshot = (session: ChatSession): ChatSnapshot =>
  useSyncExternalStore(session.subscribe, session.getSnapshot, session.getSnapshot);
