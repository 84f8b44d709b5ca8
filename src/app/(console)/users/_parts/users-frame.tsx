'use client';

import { useQuery } from '@tanstack/react-query';
import { UserPlus } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { plural } from '../../../_lib/format';
import { hasRole } from '../../../_lib/roles';
import { useTRPC } from '../../../_lib/trpc';
import { Button } from '../../../_ui/button';
import { LinkTabs } from '../../../_ui/link-tabs';
import { NeedsRole } from '../../../_ui/needs-role';
import { Page, PageHeader } from '../../_components/page';
import { useMe } from '../../_shell/use-me';
import { InviteDialog } from './invite-dialog';

/** What members and invitations share: heading, tabs, and the way to invite somebody. */
export function UsersFrame({ children }: { children: (invite: () => void) => ReactNode }) {
  const me = useMe();
  if (hasRole(me.role, 'admin')) return <Frame>{children}</Frame>;
  return <Page><PageHeader title="Users" /><NeedsRole role="admin" mine={me.role} what="The list of members" /></Page>;
}

function Frame({ children }: { children: (invite: () => void) => ReactNode }) {
  const me = useMe();
  const trpc = useTRPC();
  const [inviting, setInviting] = useState(false);
  // One row is enough to learn how many there are.
  const members = useQuery(trpc.users.list.queryOptions({ limit: 1 }));
  const invitations = useQuery(trpc.invitations.list.queryOptions({ limit: 1 }));
  const invite = () => setInviting(true);
  return (
    <Page>
      <PageHeader title="Users" actions={<Button variant="primary" onClick={invite}><UserPlus aria-hidden />Invite</Button>}>
        <p>{members.data ? `${plural(members.data.total, 'member')} of ${me.workspace.name}` : `Members of ${me.workspace.name}`}</p>
      </PageHeader>
      <LinkTabs label="Users" tabs={[{ href: '/users', label: 'Members', count: members.data?.total }, { href: '/users/invitations', label: 'Invitations', count: invitations.data?.total }]} />
      {children(invite)}
      <InviteDialog open={inviting} onOpenChange={setInviting} />
    </Page>
  );
}
