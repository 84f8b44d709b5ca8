/** What an answer cost, with the digits that say something: $0.0042, $1.20. */
export function costWords(costUsd: number): string {
  if (costUsd === 0) return 'no cost';
  if (costUsd < 0.0001) return 'under $0.0001';
  return `$${costUsd.toFixed(costUsd < 0.1 ? 4 : 2)}`;
}
