'use client';

import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Ban, MailPlus, UserPlus } from 'lucide-react';
import { useState } from 'react';
import type { Invitation } from '@/server/people/contract';
import { useTRPC } from '../../../_lib/trpc';
import { useUrlState } from '../../../_lib/use-url-state';
import { Badge } from '../../../_ui/badge';
import { Button } from '../../../_ui/button';
import { Confirm } from '../../../_ui/confirm';
import { DataTable, type Column } from '../../../_ui/data-table';
import { MenuItem, RowMenu } from '../../../_ui/menu';
import { Pager } from '../../../_ui/pager';
import { RoleBadge } from '../../../_ui/role-badge';
import { EmptyState } from '../../../_ui/states';
import { useToasts } from '../../../_ui/toast';
import { When } from '../../../_ui/when';
import { UsersFrame } from './users-frame';

const PAGE_SIZE = 25;

export const InvitationsView = () => <UsersFrame>{(invite) => <Invitations onInvite={invite} />}</UsersFrame>;

const COLUMNS: Column<Invitation>[] = [
  {
    key: 'email', header: 'Invited', cell: (invitation) => (
      <span className="flex items-center gap-2"><span className="truncate font-medium">{invitation.email}</span>{invitation.status === 'expired' && <Badge tone="warn">Expired</Badge>}</span>
    ),
  },
  { key: 'role', header: 'As', className: '@2xl:w-32', cell: (invitation) => <RoleBadge role={invitation.role} /> },
  { key: 'by', header: 'By', className: '@2xl:w-48', wideOnly: true, cell: (invitation) => invitation.invited_by ?? <span className="text-ink-3">–</span> },
  { key: 'made', header: 'Sent', className: '@2xl:w-36', cell: (invitation) => <When at={invitation.created_at} /> },
  { key: 'ends', header: 'Ends', className: '@2xl:w-36', cell: (invitation) => <When at={invitation.expires_at} /> },
];

function Invitations({ onInvite }: { onInvite: () => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const toasts = useToasts();
  const [revoking, setRevoking] = useState<Invitation | null>(null);
  const { page, change } = useUrlState(['q']);
  const list = useQuery(trpc.invitations.list.queryOptions({ limit: PAGE_SIZE, offset: (page - 1) * PAGE_SIZE }, { placeholderData: keepPreviousData, refetchInterval: 15_000 }));
  const revoke = useMutation(trpc.invitations.revoke.mutationOptions({
    onSuccess: async () => {
      toasts.done(`The invitation for ${revoking?.email} was taken back.`);
      setRevoking(null);
      await queryClient.invalidateQueries({ queryKey: trpc.invitations.list.queryKey() });
    },
  }));
  return (
    <>
      <DataTable
        label="Invitations"
        columns={COLUMNS}
        rows={list.data?.invitations}
        query={list}
        rowKey={(invitation) => invitation.id}
        isMuted={(invitation) => invitation.status === 'expired'}
        loadingRows={2}
        rowMenu={(invitation) => <RowMenu label={`Actions for the invitation of ${invitation.email}`}><MenuItem icon={Ban} danger onSelect={() => setRevoking(invitation)}>Take back</MenuItem></RowMenu>}
        empty={<EmptyState icon={MailPlus} title="No open invitations" action={<Button variant="primary" onClick={onInvite}><UserPlus aria-hidden />Invite somebody</Button>}>Whoever opens an invitation’s link becomes a member, with the role you chose.</EmptyState>}
      />
      {list.data && <Pager page={page} pageSize={PAGE_SIZE} total={list.data.total} onPage={(next) => change({ page: next > 1 ? String(next) : undefined })} />}
      <Confirm
        open={revoking !== null}
        onOpenChange={(open) => { if (!open) { setRevoking(null); revoke.reset(); } }}
        title={`Take back the invitation of ${revoking?.email ?? ''}?`}
        action="Take back"
        busy={revoke.isPending}
        problem={revoke.error?.message}
        onConfirm={() => { if (revoking) revoke.mutate({ invitation_id: revoking.id }); }}
      >
        <p>Its link stops working. You can invite them again at any time.</p>
      </Confirm>
    </>
  );
}
