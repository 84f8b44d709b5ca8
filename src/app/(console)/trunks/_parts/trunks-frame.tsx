'use client';

import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { plural } from '../../../_lib/format';
import { hasRole } from '../../../_lib/roles';
import { useTRPC } from '../../../_lib/trpc';
import { Button } from '../../../_ui/button';
import { LinkTabs } from '../../../_ui/link-tabs';
import { NeedsRole } from '../../../_ui/needs-role';
import { Page, PageHeader } from '../../_components/page';
import { useMe } from '../../_shell/use-me';

/** What the pages of the telephone's settings share; they are for admins. */
export function TrunksFrame({ children }: { children: ReactNode }) {
  const me = useMe();
  if (hasRole(me.role, 'admin')) return <Frame>{children}</Frame>;
  return <Page><PageHeader title="Trunks" /><NeedsRole role="admin" mine={me.role} what="The telephone’s settings" /></Page>;
}

function Frame({ children }: { children: ReactNode }) {
  const trpc = useTRPC();
  const trunks = useQuery(trpc.telephony.trunks.queryOptions());
  const rules = useQuery(trpc.telephony.rules.queryOptions());
  const list = trunks.data?.trunks;
  const inCalls = list?.reduce((sum, trunk) => sum + trunk.active_calls, 0) ?? 0;
  return (
    <Page>
      <PageHeader title="Trunks" actions={<Button asChild variant="primary"><Link href="/trunks/new"><Plus aria-hidden />New trunk</Link></Button>}>
        <p aria-live="polite">{list && list.length > 0 ? `${plural(list.length, 'trunk')}${inCalls > 0 ? `, ${plural(inCalls, 'call')} at the moment` : ''}` : 'How Parley reaches the telephone network'}</p>
      </PageHeader>
      <LinkTabs label="Telephone" tabs={[{ href: '/trunks', label: 'Trunks', count: list?.length }, { href: '/trunks/rules', label: 'Dispatch rules', count: rules.data?.rules.length }, { href: '/trunks/policy', label: 'Call policy' }]} />
      {children}
    </Page>
  );
}
