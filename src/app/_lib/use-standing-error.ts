import { useState } from 'react';

/**
 * Why there is nothing to show. A query that has never been answered forgets its error whenever it asks again; where it
 * asks by itself, the words and their button would come and go with every try.
 */
export function useStandingError<Failure>({ data, error }: { data: unknown; error: Failure | null }): Failure | null {
  const [last, setLast] = useState(error);
  if (error !== null && error !== last) setLast(error);
  return error ?? (data === undefined ? last : null);
}
