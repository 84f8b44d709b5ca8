'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { ChartColumn, Download, Table2 } from 'lucide-react';
import { useState } from 'react';
import { cn } from '../../../_lib/cn';
import { useTRPC } from '../../../_lib/trpc';
import { useNow } from '../../../_lib/use-now';
import { useStandingError } from '../../../_lib/use-standing-error';
import { useUrlState } from '../../../_lib/use-url-state';
import { Button } from '../../../_ui/button';
import { Card } from '../../../_ui/card';
import { DateRangeFilter } from '../../../_ui/date-range';
import { Segmented } from '../../../_ui/segmented';
import { Select } from '../../../_ui/select';
import { ErrorState, Skeleton } from '../../../_ui/states';
import { Tooltip } from '../../../_ui/tooltip';
import { useMe } from '../../_shell/use-me';
import { DIMENSIONS, DIMENSION_NAMES, dimensionOf, filterOf } from '../_lib/dimensions';
import { boundsBefore, boundsOf, isLasting, lastDays, lastMonth, periodBefore, periodOf, periodWords, thisMonth, todayIn } from '../_lib/period';
import { BucketsTable } from './buckets-table';
import { CostChart, type Measure } from './cost-chart';
import { GroupsTable } from './groups-table';
import { NarrowedTo } from './narrowed-to';
import { UnpricedNotice } from './unpriced-notice';
import { UsageFrame } from './usage-frame';
import { UsageTotals } from './usage-totals';

const EVERY_MS = 30_000;
const BY_OPTIONS = DIMENSION_NAMES.map((value) => ({ value, label: DIMENSIONS[value].label }));
const MEASURES: { value: Measure; label: string }[] = [{ value: 'cost', label: 'Cost' }, { value: 'requests', label: 'Requests' }];

/** What was used and what it cost. Period, split and what it is narrowed to live in the address. */
export function UsageView() {
  const trpc = useTRPC();
  const { workspace: { time_zone: timeZone } } = useMe();
  const now = useNow(60_000);
  const today = todayIn(timeZone, now);
  const { values, change } = useUrlState(['from', 'to', 'by', 'measure', ...DIMENSION_NAMES]);
  const [asTable, setAsTable] = useState(false);
  const by = dimensionOf(values.by);
  const measure = values.measure === 'requests' ? 'requests' : 'cost';
  const period = periodOf(values, today);
  const filter = filterOf(values);
  const { from, to } = boundsOf(period, timeZone, now);
  const asked = { from, ...(isLasting(period, today) ? {} : { to }), ...filter }; // one that lasts is the same question until it is over
  const query = useQuery(trpc.usage.summary.queryOptions({ ...asked, group_by: by }, { placeholderData: keepPreviousData, refetchInterval: EVERY_MS }));
  const problem = useStandingError(query);
  const before = useQuery(trpc.usage.summary.queryOptions({ ...boundsBefore(period, timeZone, now), ...filter, group_by: 'leg', bucket: 'month' }, { placeholderData: keepPreviousData }));
  // While the answer to another split is on its way, the last one is shown as what it is.
  const summary = query.data;
  const shownBy = summary && summary.group_by !== 'day' ? summary.group_by : by;
  const words = periodWords(period, today);
  const hrefOf = (key: string) => `?${new URLSearchParams([...Object.entries({ ...values, [by]: key, by: DIMENSIONS[by].next }).flatMap(([name, value]) => (value ? [[name, value]] : []))])}`;
  return (
    <UsageFrame
      words={`What was used from ${words}, and what it cost`}
      actions={<>
        <DateRangeFilter
          label="Period" value={period} last={today} onChange={(range) => change(range)} className="min-w-52"
          presets={[
            { label: 'This month', range: () => thisMonth(today) }, { label: 'Last month', range: () => lastMonth(today) },
            { label: 'Last 7 days', range: () => lastDays(today, 7) }, { label: 'Last 30 days', range: () => lastDays(today, 30) },
            { label: 'Last 90 days', range: () => lastDays(today, 90) }, { label: 'Today', range: () => lastDays(today, 1) },
          ]}
        />
        <Button asChild><a href={`/api/usage/records.csv?${new URLSearchParams(asked)}`} download={`usage-${period.from}-${period.to}.csv`}><Download aria-hidden />CSV</a></Button>
      </>}
    >
      <NarrowedTo values={values} bounds={{ from, to }} onRemove={(dimension) => change({ [dimension]: undefined })} />
      {summary && <UnpricedNotice totals={summary.totals} />}
      {!summary && problem
        ? <Card><ErrorState title="Usage cannot be read" message={problem.message} onRetry={() => void query.refetch()} /></Card>
        : (
          <div className="space-y-5">
            <Card aria-label="Cost over time" aria-busy={!summary} className={cn('transition-opacity', query.isPlaceholderData && 'opacity-60')}>
              <UsageTotals totals={summary?.totals} before={before.data?.totals} beforeWords={periodWords(periodBefore(period), today)} />
              <div className="border-t border-line px-4 pt-3 pb-3 sm:px-5">
                <div className="mb-3 flex flex-wrap items-center gap-2">
                  <Segmented label="Split by" className="max-lg:hidden" value={by} options={BY_OPTIONS} onChange={(next) => change({ by: next })} />
                  <Select label="Split by" className="flex-1 lg:hidden" value={by} options={BY_OPTIONS.map((option) => ({ ...option, label: `By ${option.label === 'API key' ? option.label : option.label.toLowerCase()}` }))} onChange={(next) => change({ by: next })} />
                  <span className="flex items-center gap-2 lg:ml-auto">
                    <Segmented label="What is drawn" value={measure} options={MEASURES} onChange={(next) => change({ measure: next === 'cost' ? undefined : next })} />
                    <Tooltip content={asTable ? 'Show as a chart' : 'Show as a table'}>
                      <Button variant="ghost" size="icon-sm" aria-label={asTable ? 'Show as a chart' : 'Show as a table'} onClick={() => setAsTable(!asTable)}>{asTable ? <ChartColumn aria-hidden /> : <Table2 aria-hidden />}</Button>
                    </Tooltip>
                  </span>
                </div>
                {!summary && <Skeleton className="h-72 w-full" />}
                {summary && (asTable ? <BucketsTable summary={summary} /> : <CostChart summary={summary} by={shownBy} measure={measure} words={words} />)}
              </div>
            </Card>
            <GroupsTable summary={summary} query={query} by={shownBy} hrefOf={hrefOf} />
          </div>
        )}
    </UsageFrame>
  );
}
