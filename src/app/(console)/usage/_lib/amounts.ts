const COMPACT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const EXACT_BELOW = 10_000;

/** How many: 9,312, then 12.4K and 3.1M. */
export const formatAmount = (count: number): string => (count < EXACT_BELOW ? count.toLocaleString('en') : COMPACT.format(count));

/** How long somebody spoke: 42 s, 3.5 min, 1,204 min. */
export function formatMinutes(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = seconds / 60;
  return `${(minutes < 100 ? Number(minutes.toFixed(1)) : Math.round(minutes)).toLocaleString('en')} min`;
}

/** What is hardly begun is not nothing, and what is not yet spent is not all. */
export function percentWords(share: number): string {
  if (share > 0 && share < 0.01) return '< 1 %';
  return `${share < 1 ? Math.min(99, Math.round(share * 100)) : Math.round(share * 100)} %`;
}
