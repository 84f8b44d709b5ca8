'use client';

import { usePathname, useSearchParams } from 'next/navigation';
import { useCallback, useMemo } from 'react';

export type UrlChanges<Key extends string> = Partial<Record<Key | 'page', string | undefined>>;

/**
 * A list's filter and page live in the address: they survive reload and Back, and can be sent to a colleague.
 * Filters replace the entry (typing must not fill the history), pages push one. No round trip: Next follows `history`.
 */
export function useUrlState<Key extends string>(keys: readonly Key[]) {
  const pathname = usePathname();
  const parameters = useSearchParams();
  const names = keys.join(' ');
  const values = useMemo(
    () => Object.fromEntries((names.split(' ') as Key[]).map((key) => [key, parameters.get(key) ?? undefined])) as Record<Key, string | undefined>,
    [names, parameters],
  );
  const page = Math.max(1, Math.trunc(Number(parameters.get('page'))) || 1);

  const change = useCallback((changes: UrlChanges<Key>) => {
    const next = new URLSearchParams(parameters);
    if (!('page' in changes)) next.delete('page'); // another filter begins at its first page
    for (const [name, value] of Object.entries(changes) as [string, string | undefined][]) {
      if (value) next.set(name, value);
      else next.delete(name);
    }
    const query = next.toString();
    const address = query ? `${pathname}?${query}` : pathname;
    if ('page' in changes) {
      window.history.pushState(null, '', address);
      window.scrollTo({ top: 0 });
    } else window.history.replaceState(null, '', address);
  }, [parameters, pathname]);

  const clear = useCallback(
    () => change(Object.fromEntries(names.split(' ').map((key) => [key, undefined])) as UrlChanges<Key>),
    [change, names],
  );
  return { values, page, change, clear, isFiltered: Object.values(values).some(Boolean) };
}
