'use client';

import dynamic from 'next/dynamic';
import { useMemo } from 'react';
import type { UsageSummary } from '@/server/usage/contract';
import { ChartLegend } from '../../../_ui/chart-legend';
import { Skeleton } from '../../../_ui/states';
import { DIMENSIONS, groupLabel, type Dimension } from '../_lib/dimensions';
import { formatAmount } from '../_lib/amounts';
import { formatUsd, formatUsdAxis } from '../_lib/money';
import { stackOf, type StackKey } from '../_lib/stack';
import { bucketTick, bucketWords } from '../_lib/bucket-words';

export type Measure = 'cost' | 'requests';

/** The drawing library is fetched after the page: the figures are read first. */
const TimeChart = dynamic(() => import('../../../_ui/chart').then((module) => module.TimeChart<StackKey>), { ssr: false, loading: () => <Skeleton className="h-64 w-full" /> });

const NOBODY = '\0'; // no id, name or label has it
const count = (value: number): string => value.toLocaleString('en');

interface CostChartProps {
  summary: UsageSummary;
  by: Dimension;
  measure: Measure;
  words: string;
}

/** One bar for each piece of time, made of what it is split by. */
export function CostChart({ summary, by, measure, words }: CostChartProps) {
  const { series, points } = useMemo(() => {
    const labels = new Map(summary.groups.map((group) => [group.key ?? NOBODY, groupLabel(by, group)]));
    const shares = summary.buckets.flatMap(({ at, groups }) => groups.map((group) => ({ at, key: group.key ?? NOBODY, value: measure === 'cost' ? group.cost_usd : group.requests })));
    return stackOf(summary.buckets.map(({ at }) => at), shares, (key) => labels.get(key) ?? key);
  }, [summary, by, measure]);
  const total = measure === 'cost' ? formatUsd(summary.totals.cost_usd) : `${count(summary.totals.requests)} requests`;
  const format = measure === 'cost' ? formatUsd : count;
  return (
    <>
      <div className="mb-2 min-h-4.5"><ChartLegend series={series} /></div>
      <div className="relative h-64">
        <TimeChart
          label={`${measure === 'cost' ? 'Cost' : 'Model requests'} by ${DIMENSIONS[by].label.toLowerCase()}, ${words}: ${total}`}
          data={points} series={series} formatValue={format} formatAxis={measure === 'cost' ? formatUsdAxis : formatAmount} fractional={measure === 'cost'} sum="Together" className="h-64"
          formatTick={(at) => bucketTick(summary, at)} formatWhen={(at) => bucketWords(summary, at)}
        />
        {series.length === 0 && <p className="absolute inset-0 grid place-items-center pb-6 pl-11 text-[0.8125rem] text-ink-3"><span className="rounded-full bg-surface px-3 py-1 text-center">{nothingWords(summary, measure)}</span></p>}
      </div>
    </>
  );
}

function nothingWords({ totals }: UsageSummary, measure: Measure): string {
  if (totals.records === 0) return 'Nothing was used in this time';
  if (measure === 'requests') return 'No model was asked in this time';
  if (totals.unpriced_records === totals.records) return 'Nothing here has a known price';
  return totals.unpriced_records > 0 ? 'What has a price cost nothing' : 'It cost nothing: everything ran here';
}
