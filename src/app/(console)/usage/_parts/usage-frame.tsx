'use client';

import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTRPC } from '../../../_lib/trpc';
import { LinkTabs } from '../../../_ui/link-tabs';
import { Page, PageHeader } from '../../_components/page';

/** What the pages of usage share. */
export function UsageFrame({ words, actions, children }: { words: ReactNode; actions?: ReactNode; children: ReactNode }) {
  const trpc = useTRPC();
  const budgets = useQuery(trpc.budgets.list.queryOptions());
  return (
    <Page>
      <PageHeader title="Usage" actions={actions}><p aria-live="polite">{words}</p></PageHeader>
      <LinkTabs label="Usage" tabs={[{ href: '/usage', label: 'Overview' }, { href: '/usage/budgets', label: 'Budgets', count: budgets.data?.budgets.length }, { href: '/usage/prices', label: 'Prices' }]} />
      {children}
    </Page>
  );
}
