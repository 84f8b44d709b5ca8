'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { ChartColumn, Table2 } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useState, type ReactNode } from 'react';
import type { Stats, StatsBucket } from '@/server/stats/contract';
import { cn } from '../../_lib/cn';
import { formatMs } from '../../_lib/format';
import { useTRPC } from '../../_lib/trpc';
import { useNow } from '../../_lib/use-now';
import { useStandingError } from '../../_lib/use-standing-error';
import type { ChartSeries } from '../../_ui/chart';
import { ChartLegend } from '../../_ui/chart-legend';
import { Button } from '../../_ui/button';
import { Card } from '../../_ui/card';
import { Segmented } from '../../_ui/segmented';
import { ErrorState, Skeleton } from '../../_ui/states';
import { Tooltip } from '../../_ui/tooltip';
import { Figure } from '../_components/figure';
import { ActivityTable } from './activity-table';
import { RANGE, RANGES, rangeStart, spanOf, tickOf, type RangeName } from './range';

type Key = 'answered' | 'failed_turns' | 'p50_ms' | 'p95_ms';

/** The drawing library is fetched after the page: the figures are read first. */
const TimeChart = dynamic(() => import('../../_ui/chart').then((module) => module.TimeChart<Key>), { ssr: false, loading: () => <Skeleton className="h-52 w-full" /> });

const TURN_SERIES: readonly ChartSeries<Key>[] = [
  { key: 'answered', label: 'Answered', color: 'var(--accent)', kind: 'bar' },
  { key: 'failed_turns', label: 'Failed', color: 'var(--danger)', kind: 'bar' },
];
const LATENCY_SERIES: readonly ChartSeries<Key>[] = [
  { key: 'p50_ms', label: 'Half within (p50)', color: 'var(--accent)', kind: 'line' },
  { key: 'p95_ms', label: '95 % within (p95)', color: 'var(--ink-3)', kind: 'line', dashed: true },
];

const RANGE_OPTIONS = RANGES.map((value) => ({ value, label: RANGE[value].label }));
const count = (value: number): string => value.toLocaleString('en');
const shortMs = (ms: number): string => (ms >= 1000 ? `${ms / 1000} s` : `${ms} ms`);
const orDash = (ms: number | null): string => (ms === null ? '–' : formatMs(ms));
const answered = (bucket: StatsBucket) => ({ ...bucket, answered: bucket.turns - bucket.failed_turns });

/** Turns, latency and failures over time; it follows what happens without being asked. */
export function ActivityCard() {
  const trpc = useTRPC();
  const now = useNow(15_000);
  const [name, setName] = useState<RangeName>('24h');
  const [asTable, setAsTable] = useState(false);
  const { bucketMs, refetchMs, words } = RANGE[name];
  const query = useQuery(trpc.stats.get.queryOptions(
    { from: rangeStart(name, now).toISOString(), bucket_seconds: bucketMs / 1000 },
    { refetchInterval: refetchMs, placeholderData: keepPreviousData },
  ));
  const problem = useStandingError(query);
  const stats = query.data;
  const points = stats?.buckets.map(answered) ?? [];
  return (
    <Card aria-labelledby="activity-title">
      <header className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 pt-3.5 sm:px-5">
        <h2 id="activity-title" className="mr-auto text-[0.9375rem] font-semibold">Activity</h2>
        <Segmented label="Time range" value={name} options={RANGE_OPTIONS} onChange={setName} />
        <Tooltip content={asTable ? 'Show as charts' : 'Show as a table'}>
          <Button variant="ghost" size="icon-sm" aria-label={asTable ? 'Show as charts' : 'Show as a table'} onClick={() => setAsTable(!asTable)}>{asTable ? <ChartColumn aria-hidden /> : <Table2 aria-hidden />}</Button>
        </Tooltip>
      </header>
      {!stats && problem
        ? <ErrorState title="The figures cannot be read" message={problem.message} onRetry={() => void query.refetch()} />
        : (
          <div aria-busy={!stats || query.isPlaceholderData} className={cn('transition-opacity', query.isPlaceholderData && 'opacity-60')}>
            <Totals stats={stats} />
            {stats && asTable && <ActivityTable stats={stats} span={(at) => spanOf(name, at)} />}
            {!asTable && (
              <div className="grid border-t border-line lg:grid-cols-2 lg:divide-x lg:divide-line">
                <Panel title="Turns" legend={<ChartLegend series={TURN_SERIES} />} empty={stats?.totals.turns === 0}>
                  {stats && <TimeChart
                    label={`Turns in ${words}: ${count(stats.totals.turns)}, of which ${count(stats.totals.failed_turns)} failed`}
                    data={points} series={TURN_SERIES} formatValue={count}
                    formatTick={(at) => tickOf(name, at)} formatWhen={(at) => spanOf(name, at)}
                  />}
                </Panel>
                <Panel title="Latency" legend={<ChartLegend series={LATENCY_SERIES} />} empty={stats?.totals.p50_ms === null} className="max-lg:border-t max-lg:border-line">
                  {stats && <TimeChart
                    label={`Time to the first sound of the answer in ${words}: half within ${orDash(stats.totals.p50_ms)}, 95 % within ${orDash(stats.totals.p95_ms)}`}
                    data={points} series={LATENCY_SERIES} formatValue={formatMs} formatAxis={shortMs}
                    formatTick={(at) => tickOf(name, at)} formatWhen={(at) => spanOf(name, at)}
                  />}
                </Panel>
              </div>
            )}
          </div>
        )}
    </Card>
  );
}

function Totals({ stats }: { stats: Stats | undefined }) {
  const totals = stats?.totals;
  const share = totals && totals.turns > 0 ? (totals.failed_turns / totals.turns) * 100 : 0;
  return (
    <dl className="grid grid-cols-2 gap-x-4 gap-y-4 px-4 pt-3 pb-4 sm:grid-cols-5 sm:px-5">
      <Figure label="Sessions">{totals && count(totals.sessions)}</Figure>
      <Figure label="Turns">{totals && count(totals.turns)}</Figure>
      <Figure label="Latency, p50">{totals && orDash(totals.p50_ms)}</Figure>
      <Figure label="Latency, p95">{totals && orDash(totals.p95_ms)}</Figure>
      <Figure label="Failed turns" danger={share > 0}>{totals && <>{count(totals.failed_turns)}{share > 0 && <span className="ml-1.5 text-[0.8125rem] font-medium">{share < 0.1 ? '< 0.1' : share.toFixed(1)} %</span>}</>}</Figure>
    </dl>
  );
}

const Panel = ({ title, legend, empty, className, children }: { title: string; legend: ReactNode; empty: boolean | undefined; className?: string; children: ReactNode }) => (
  <div className={cn('min-w-0 px-4 pt-3 pb-3 sm:px-5', className)}>
    <div className="mb-1 flex flex-wrap items-center justify-between gap-x-4 gap-y-1"><h3 className="text-[0.8125rem] font-medium">{title}</h3>{legend}</div>
    <div className="relative h-52">
      {children ?? <Skeleton className="h-full w-full" />}
      {empty && <p className="absolute inset-0 grid place-items-center pb-6 pl-11 text-[0.8125rem] text-ink-3"><span className="rounded-full bg-surface px-3 py-1">No turns in this time</span></p>}
    </div>
  </div>
);
