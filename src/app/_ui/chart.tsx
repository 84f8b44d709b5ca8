'use client';

import { useState } from 'react';
import { Bar, CartesianGrid, ComposedChart, Line, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { cn } from '../_lib/cn';
import { pointTicks, valueTicks } from './chart-ticks';

export interface ChartSeries<Key extends string> {
  key: Key;
  label: string;
  /** A colour of the theme, as `var(--accent)`. */
  color: string;
  kind: 'bar' | 'line';
  dashed?: boolean;
}

export type ChartPoint<Key extends string> = { at: string } & Record<Key, number | null>;

interface TimeChartProps<Key extends string> {
  /** What it shows, in a sentence: the drawing itself is hidden from assistive technology, which has the table. */
  label: string;
  data: readonly ChartPoint<Key>[];
  series: readonly ChartSeries<Key>[];
  formatValue: (value: number) => string;
  /** Beside the axis, where there is little room; `step` is from one to the next. */
  formatAxis?: (value: number, step: number) => string;
  /** Below the axis. */
  formatTick: (at: Date) => string;
  /** In the tooltip. */
  formatWhen: (at: Date) => string;
  /** The axis may have parts of one, as money has. */
  fractional?: boolean;
  /** For stacks of many: the tooltip names their sum with this word, the uppermost first, and leaves out what is nothing. */
  sum?: string;
  className?: string;
}

const AXIS = { tickLine: false, axisLine: false, tick: { fill: 'var(--ink-2)', fontSize: 11.5 } } as const;
const AXIS_WIDTH = 52;
/** Beside the drawing; the last label may stand out into it. */
const RIGHT_MARGIN = 12;
/** The longest label below the axis, `Nov 21`, and air on both sides. */
const LABEL_PIXELS = 52;
const FIRST_SIZE = { width: 480, height: 208 };

/** Bars (stacked) and lines over time. */
export function TimeChart<Key extends string>({ label, data, series, formatValue, formatAxis, formatTick, formatWhen, fractional = false, sum, className }: TimeChartProps<Key>) {
  const [width, setWidth] = useState(FIRST_SIZE.width);
  const ticks = valueTicks(mostOf(data, series), fractional);
  const step = ticks[1] ?? 1;
  const labelled = pointTicks(data, { widthPixels: Math.max(0, width - AXIS_WIDTH - RIGHT_MARGIN), labelPixels: LABEL_PIXELS, edgePixels: RIGHT_MARGIN }).map(({ at }) => at);
  return (
    <div role="img" aria-label={label} className={cn('h-52 w-full', className)}>
      <ResponsiveContainer width="100%" height="100%" initialDimension={FIRST_SIZE} onResize={setWidth}>
        <ComposedChart data={[...data]} accessibilityLayer={false} margin={{ top: 8, right: RIGHT_MARGIN, bottom: 0, left: 0 }} barCategoryGap="18%" aria-hidden>
          <CartesianGrid vertical={false} stroke="var(--line)" />
          <XAxis {...AXIS} dataKey="at" ticks={labelled} interval={0} tickMargin={8} tickFormatter={(at: string) => formatTick(new Date(at))} />
          <YAxis {...AXIS} width={AXIS_WIDTH} ticks={ticks} interval={0} domain={[0, ticks.at(-1) ?? 1]} tickFormatter={(value: number) => (formatAxis ? formatAxis(value, step) : formatValue(value))} />
          <Tooltip
            isAnimationActive={false}
            cursor={{ fill: 'var(--hover)', fillOpacity: 0.6, stroke: 'var(--line-strong)', strokeWidth: 0.5 }}
            content={({ active, label: at }) => {
              const point = active ? data.find((one) => one.at === at) : undefined;
              return point ? <ChartTooltip point={point} series={series} when={formatWhen(new Date(point.at))} formatValue={formatValue} sum={sum} /> : null;
            }}
          />
          {series.map(({ key, color, kind, dashed }) => kind === 'bar'
            ? <Bar key={key} dataKey={key} stackId="one" fill={color} isAnimationActive={false} maxBarSize={28} radius={1.5} />
            : <Line key={key} dataKey={key} type="monotone" stroke={color} strokeWidth={1.75} {...(dashed ? { strokeDasharray: '4 3' } : {})} dot={data.length < 40 ? { r: 2, fill: color, strokeWidth: 0, strokeDasharray: '' } : isolatedDot(data, key, color)} activeDot={{ r: 3.5, strokeWidth: 0 }} connectNulls={false} isAnimationActive={false} />)}
        </ComposedChart>
      </ResponsiveContainer>
    </div>
  );
}

/** The highest point: bars stand on each other, lines do not. */
const mostOf = <Key extends string>(data: readonly ChartPoint<Key>[], series: readonly ChartSeries<Key>[]): number =>
  Math.max(0, ...data.map((point) => {
    const values = (kind: 'bar' | 'line') => series.filter((one) => one.kind === kind).map<number>((one) => point[one.key] ?? 0);
    return Math.max(values('bar').reduce((sum, value) => sum + value, 0), ...values('line'));
  }));

/** A value with nothing on either side of it would not be seen as a line. */
const isolatedDot = <Key extends string>(data: readonly ChartPoint<Key>[], key: Key, color: string) => function Dot({ cx, cy, index }: { cx?: number; cy?: number; index?: number }) {
  const at = (offset: number) => data[(index ?? 0) + offset]?.[key] ?? null;
  if (at(0) === null || at(-1) !== null || at(1) !== null || cx === undefined || cy === undefined) return <g key={`empty-${index}`} />;
  return <circle key={`dot-${index}`} cx={cx} cy={cy} r={2.25} fill={color} />;
};

interface ChartTooltipProps<Key extends string> {
  point: ChartPoint<Key>;
  series: readonly ChartSeries<Key>[];
  when: string;
  formatValue: (value: number) => string;
  sum: string | undefined;
}

function ChartTooltip<Key extends string>({ point, series, when, formatValue, sum }: ChartTooltipProps<Key>) {
  const valueOf = (key: Key): number | null => point[key];
  const shown = sum === undefined ? series : series.filter(({ key }) => valueOf(key)).toReversed();
  return (
    <div className="min-w-36 rounded-lg border border-line bg-surface px-3 py-2 text-xs shadow-pop">
      <p className="mb-1 text-ink-3">{when}</p>
      <dl className="space-y-0.5">
        {shown.map(({ key, label, color }) => {
          const value = valueOf(key);
          return (
            <div key={key} className="flex items-center gap-2">
              <span className="size-2 shrink-0 rounded-full" style={{ background: color }} />
              <dt className="max-w-56 truncate text-ink-2">{label}</dt>
              <dd className="tabular ml-auto pl-4 font-medium">{value === null ? '–' : formatValue(value)}</dd>
            </div>
          );
        })}
        {sum !== undefined && shown.length !== 1 && (
          <div className={cn('flex items-center gap-2', shown.length > 0 && 'mt-1.5 border-t border-line pt-1.5')}>
            <dt className="text-ink-2">{sum}</dt><dd className="tabular ml-auto pl-4 font-semibold">{formatValue(series.reduce((total, { key }) => total + (valueOf(key) ?? 0), 0))}</dd>
          </div>
        )}
      </dl>
    </div>
  );
}
