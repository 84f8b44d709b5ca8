import type { UseQueryResult } from '@tanstack/react-query';
import type { HealthStatus } from '@/server/health/contract';
import { cn } from '../../_lib/cn';
import { formatMs } from '../../_lib/format';
import { useStandingError } from '../../_lib/use-standing-error';
import { Badge } from '../../_ui/badge';
import { Card, CardHeader } from '../../_ui/card';
import { ErrorState, LoadingRows } from '../../_ui/states';
import { partOf } from './parts';

export function HealthCard({ query }: { query: Pick<UseQueryResult<HealthStatus, { message: string }>, 'data' | 'error' | 'refetch'> }) {
  const { data, error } = query;
  const problem = useStandingError(query);
  return (
    <Card aria-labelledby="health-title">
      <CardHeader id="health-title" title="Health" action={data && <span className="text-xs text-ink-3">Version {data.version}</span>} />
      {!data && (problem ? <ErrorState title="Health is unknown" message={problem.message} onRetry={() => void query.refetch()} /> : <LoadingRows rows={6} label="Checking health" />)}
      {data && (
        <ul className={cn('divide-y divide-line', error && 'opacity-60')}>
          {data.parts.map((part) => {
            const { label, role, icon: Icon } = partOf(part.name);
            return (
              <li key={part.name} className="flex items-center gap-3 px-4 py-2.5 sm:px-5">
                <Icon aria-hidden className={cn('size-[1.125rem] shrink-0', part.ok ? 'text-ink-3' : 'text-danger')} />
                <div className="min-w-0 flex-1">
                  <p className="font-medium">{label}</p>
                  <p className={cn('text-xs break-words', part.ok ? 'truncate text-ink-3' : 'text-danger')}>{part.ok ? (part.detail ?? role) : (part.detail ?? 'Does not answer')}</p>
                </div>
                <span className="tabular text-xs text-ink-3">{part.ok && formatMs(part.latency_ms)}</span>
                <Badge tone={part.ok ? 'ok' : 'danger'}>{part.ok ? 'Up' : 'Down'}</Badge>
              </li>
            );
          })}
        </ul>
      )}
    </Card>
  );
}
