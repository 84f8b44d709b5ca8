'use client';

import { useQuery } from '@tanstack/react-query';
import { PhoneOutgoing, Router } from 'lucide-react';
import Link from 'next/link';
import type { ReactNode } from 'react';
import type { CallSummary } from '@/server/calls/contract';
import { useTRPC } from '../../../_lib/trpc';
import { useStandingError } from '../../../_lib/use-standing-error';
import { useUrlState } from '../../../_lib/use-url-state';
import { Button } from '../../../_ui/button';
import { Card } from '../../../_ui/card';
import { EmptyState, Notice } from '../../../_ui/states';
import { Page, PageHeader } from '../../_components/page';
import { useMay } from '../../_shell/use-me';
import { CallsHistory } from './calls-history';
import { LiveBoard } from './live-board';
import { PlaceCallDialog } from './place-call-dialog';

const LIVE_EVERY_MS = 1_000;
const TRUNKS_EVERY_MS = 5_000;
const MOST_LIVE = 60;

/** What goes on, what went on, and a button to begin something. */
export function CallsView() {
  const trpc = useTRPC();
  const mayPlace = useMay('operator');
  const { values, change } = useUrlState(['new', 'to']);
  const live = useQuery(trpc.calls.list.queryOptions({ state: 'live', limit: MOST_LIVE }, { refetchInterval: LIVE_EVERY_MS }));
  const problem = useStandingError(live);
  const trunks = useQuery(trpc.telephony.trunks.queryOptions(undefined, { refetchInterval: TRUNKS_EVERY_MS }));
  const usable = trunks.data?.trunks.filter((trunk) => trunk.is_active);
  const broken = usable && usable.length > 0 && usable.every(({ last_error }) => last_error !== null) ? usable[0] : undefined;
  const hasTrunk = usable === undefined || usable.length > 0;
  const nothingLive = live.data?.total === 0;
  return (
    <Page>
      <PageHeader title="Calls" actions={mayPlace && <Button variant="primary" onClick={() => change({ new: '1' })}><PhoneOutgoing aria-hidden />Place a call</Button>}>
        <p aria-live="polite">{live.data ? summary(live.data.calls, live.data.total) : 'Who is on the telephone, and who was'}</p>
      </PageHeader>
      <div className="space-y-8">
        {broken && <Notice tone="warn" action={<Link href="/trunks" className="shrink-0 rounded font-medium underline underline-offset-2">Trunks</Link>}>{usable?.length === 1 ? `${broken.name} does not work` : 'No trunk works'} at the moment: {broken.last_error}</Notice>}
        <Section title="Live">
          {!hasTrunk && nothingLive ? <NoTrunk isOff={(trunks.data?.trunks.length ?? 0) > 0} /> : <LiveBoard calls={live.data?.calls} total={live.data?.total ?? 0} error={problem} onRetry={() => void live.refetch()} />}
        </Section>
        <Section title="History">
          <CallsHistory whenEmpty={hasTrunk ? 'Call your number, or place a call from here or over the API: its record, its words and its sound are kept here.' : 'They begin with a trunk.'} />
        </Section>
      </div>
      {values.new === '1' && mayPlace && <PlaceCallDialog to={values.to ?? ''} onClose={() => change({ new: undefined, to: undefined })} />}
    </Page>
  );
}

function summary(calls: readonly CallSummary[], total: number): string {
  if (total === 0) return 'Nobody is on the telephone';
  const waiting = calls.filter(({ state }) => state === 'queued').length;
  const inCall = calls.filter(({ state }) => state === 'answered').length;
  const calling = calls.length - waiting - inCall;
  return [inCall > 0 && `${inCall} in a call`, calling > 0 && `${calling} ringing`, waiting > 0 && `${waiting + total - calls.length} waiting`].filter(Boolean).join(', ');
}

const Section = ({ title, children }: { title: string; children: ReactNode }) => (
  <section aria-label={title}>
    <h2 className="mb-3 text-[0.9375rem] font-semibold">{title}</h2>
    {children}
  </section>
);

function NoTrunk({ isOff }: { isOff: boolean }) {
  const mayChange = useMay('admin');
  return (
    <Card>
      <EmptyState icon={Router} title={isOff ? 'No trunk is switched on' : 'No trunk yet'} className="py-10" action={mayChange && <Button asChild variant={isOff ? 'secondary' : 'primary'}><Link href={isOff ? '/trunks' : '/trunks/new'}>{isOff ? 'Trunks' : 'Connect a telephone line'}</Link></Button>}>
        {isOff ? 'Switch one on, and calls can come and go.' : `A trunk is how Parley reaches the telephone network: an extension at your PBX, or a line of a provider.${mayChange ? '' : ' An admin can add one.'}`}
      </EmptyState>
    </Card>
  );
}
