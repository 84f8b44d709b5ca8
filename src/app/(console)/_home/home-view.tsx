'use client';

import { useQuery } from '@tanstack/react-query';
import { AudioLines } from 'lucide-react';
import Link from 'next/link';
import { formatAgo } from '../../_lib/format';
import { useTRPC } from '../../_lib/trpc';
import { useNow } from '../../_lib/use-now';
import { Dot } from '../../_ui/badge';
import { Button } from '../../_ui/button';
import { Page, PageHeader } from '../_components/page';
import { useMay } from '../_shell/use-me';
import { ActivityCard } from './activity-card';
import { CallsCard } from './calls-card';
import { DeveloperLinks } from './developer-links';
import { FirstSteps } from './first-steps';
import { HealthCard } from './health-card';
import { partLabel } from './parts';
import { RecentConversations } from './recent-conversations';
import { SessionsCard } from './sessions-card';
import { SpendingCard } from './spending-card';

const HEALTH_EVERY_MS = 5_000;

export function HomeView() {
  const trpc = useTRPC();
  const mayTalk = useMay('operator');
  const health = useQuery(trpc.health.status.queryOptions(undefined, { refetchInterval: HEALTH_EVERY_MS, retry: false }));
  const any = useQuery(trpc.conversations.list.queryOptions({ limit: 1 }));
  const isNew = any.data?.total === 0;
  return (
    <Page>
      <PageHeader
        title="Home"
        actions={mayTalk && <Button asChild variant="primary"><Link href="/playground"><AudioLines aria-hidden />Talk to your agent</Link></Button>}
      >
        <Summary failing={health.data?.parts.filter((part) => !part.ok).map((part) => part.name)} unreachable={health.isError} checkedAt={health.dataUpdatedAt} />
      </PageHeader>
      <div className="space-y-5">
        {isNew ? <FirstSteps /> : <ActivityCard />}
        <div className="grid gap-5 lg:grid-cols-[minmax(0,1.7fr)_minmax(0,1fr)]">
          <div className="min-w-0 space-y-5"><CallsCard /><SessionsCard /><RecentConversations />{!isNew && <FirstSteps hideWhenDone />}</div>
          <div className="min-w-0 space-y-5"><SpendingCard /><HealthCard query={health} /><DeveloperLinks /></div>
        </div>
        {isNew && <ActivityCard />}
      </div>
    </Page>
  );
}

function Summary({ failing, unreachable, checkedAt }: { failing: string[] | undefined; unreachable: boolean; checkedAt: number }) {
  const now = useNow(5_000);
  if (unreachable) return <p className="flex items-center gap-2"><Dot tone="danger" />The server does not answer; trying again.</p>;
  if (!failing) return <p className="flex items-center gap-2"><Dot />Checking every part…</p>;
  const words = failing.length === 0 ? 'Everything is working' : `${failing.map(partLabel).join(' and ')} ${failing.length === 1 ? 'needs' : 'need'} attention`;
  return (
    <p className="flex flex-wrap items-center gap-x-2">
      <Dot tone={failing.length === 0 ? 'ok' : 'danger'} /><span aria-live="polite">{words}</span>
      <span className="text-ink-3">· checked {formatAgo(new Date(checkedAt), now)}</span>
    </p>
  );
}
