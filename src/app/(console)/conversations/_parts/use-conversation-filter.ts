'use client';

import { useMemo } from 'react';
import { z } from 'zod';
import { channel as channels, conversationStatus } from '@/server/conversations/contract';
import { useUrlState } from '../../../_lib/use-url-state';
import { rangeBounds } from '../../../_ui/date-range';

export const PAGE_SIZE = 25;

/** What the address says, as the list asks for it; what cannot be understood is left out. */
export function useConversationFilter() {
  const { values, ...state } = useUrlState(['q', 'channel', 'status', 'agent', 'from', 'to']);
  const filter = useMemo(() => ({
    q: values.q ?? '',
    channel: channels.safeParse(values.channel).data,
    status: conversationStatus.safeParse(values.status).data,
    agentId: z.uuid().safeParse(values.agent).data,
    from: values.from,
    to: values.to,
  }), [values]);
  const input = {
    ...(filter.q ? { q: filter.q } : {}),
    ...(filter.channel ? { channel: filter.channel } : {}),
    ...(filter.status ? { status: filter.status } : {}),
    ...(filter.agentId ? { agent_id: filter.agentId } : {}),
    ...rangeBounds(filter),
    limit: PAGE_SIZE,
    offset: (state.page - 1) * PAGE_SIZE,
  };
  return { ...state, filter, input };
}

export type ConversationFilter = ReturnType<typeof useConversationFilter>;
