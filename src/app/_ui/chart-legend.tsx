/** What the colours of a chart mean. */
export const ChartLegend = ({ series }: { series: readonly { key: string; label: string; color: string; dashed?: boolean }[] }) => (
  <ul className="flex flex-wrap gap-x-3.5 gap-y-1 text-xs text-ink-2">
    {series.map(({ key, label, color, dashed }) => (
      <li key={key} className="flex items-center gap-1.5">
        <svg aria-hidden viewBox="0 0 12 4" className="h-1 w-3"><line x1="0" x2="12" y1="2" y2="2" style={{ stroke: color }} strokeWidth="3" {...(dashed ? { strokeDasharray: '4 3' } : {})} /></svg>
        {label}
      </li>
    ))}
  </ul>
);
