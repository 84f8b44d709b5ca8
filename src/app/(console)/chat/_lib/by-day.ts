const DAY_MS = 86_400_000;

interface Dated { updated_at: string }

/** Under the words people use for days, newest first; a list that is sorted by time stays so. */
export function byDay<T extends Dated>(items: readonly T[], now: Date): { label: string; items: T[] }[] {
  const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime();
  const labelOf = ({ updated_at: at }: Dated): string => {
    const time = Date.parse(at);
    if (time >= midnight) return 'Today';
    if (time >= midnight - DAY_MS) return 'Yesterday';
    if (time >= midnight - 7 * DAY_MS) return 'The last seven days';
    return new Date(time).toLocaleDateString('en', { month: 'long', year: 'numeric' });
  };
  const groups: { label: string; items: T[] }[] = [];
  for (const item of items) {
    const label = labelOf(item);
    const last = groups.at(-1);
    if (last?.label === label) last.items.push(item);
    else groups.push({ label, items: [item] });
  }
  return groups;
}
