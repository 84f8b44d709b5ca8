'use client';

import { useRouter, useSearchParams } from 'next/navigation';
import { useCallback, useMemo } from 'react';
import { channel as channels, conversationStatus } from '@/server/conversations/contract';

export const PAGE_SIZE = 25;

/** The list's filter lives in the address: it survives reload and Back, and can be sent to a colleague. */
export function useFilter() {
  const router = useRouter();
  const parameters = useSearchParams();
  const filter = useMemo(() => ({
    q: parameters.get('q') ?? '',
    channel: channels.safeParse(parameters.get('channel')).data,
    status: conversationStatus.safeParse(parameters.get('status')).data,
    agentId: parameters.get('agent') ?? undefined,
    page: Math.max(1, Math.trunc(Number(parameters.get('page'))) || 1),
  }), [parameters]);

  const change = useCallback((changes: Record<string, string | undefined>) => {
    const next = new URLSearchParams(parameters);
    if (!('page' in changes)) next.delete('page'); // another filter begins at its first page
    for (const [name, value] of Object.entries(changes)) {
      if (value) next.set(name, value);
      else next.delete(name);
    }
    const query = next.toString();
    router.replace(query ? `/conversations?${query}` : '/conversations', { scroll: 'page' in changes });
  }, [parameters, router]);

  return { filter, change, isFiltered: Boolean(filter.q || filter.channel || filter.status || filter.agentId) };
}
