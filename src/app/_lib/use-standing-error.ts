import { useState } from 'react';

/**
 * Why there is nothing to show. A query that has never been answered forgets its error whenever it asks again; where it
 * asks by itself, the words and their button would come and go with every try.
 */
export function useStandingError<Failure>({ data, error }: { data: unknown; error: Failure | null }): Failure | null {
  const [last, setLast] = useState<Failure | null>(null);
  const standing = data === undefined ? error ?? last : null; // an answer ends it
  if (standing !== last) setLast(standing);
  return error ?? standing;
}
