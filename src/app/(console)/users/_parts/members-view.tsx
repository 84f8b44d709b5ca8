'use client';

import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { KeyRound, Pencil, SearchX, UserMinus, Users } from 'lucide-react';
import { useState } from 'react';
import type { User } from '@/server/people/contract';
import { formatDateTime } from '../../../_lib/format';
import { hasRole } from '../../../_lib/roles';
import { useTRPC } from '../../../_lib/trpc';
import { useUrlState } from '../../../_lib/use-url-state';
import { Badge } from '../../../_ui/badge';
import { Button } from '../../../_ui/button';
import { Confirm } from '../../../_ui/confirm';
import { DataTable, type Column } from '../../../_ui/data-table';
import { Dialog } from '../../../_ui/dialog';
import { ListToolbar } from '../../../_ui/list-toolbar';
import { MenuItem, MenuSeparator, RowMenu } from '../../../_ui/menu';
import { Pager } from '../../../_ui/pager';
import { RoleBadge } from '../../../_ui/role-badge';
import { SearchField } from '../../../_ui/search-field';
import { SecretBox } from '../../../_ui/secret-box';
import { EmptyState } from '../../../_ui/states';
import { useToasts } from '../../../_ui/toast';
import { When } from '../../../_ui/when';
import { useMe } from '../../_shell/use-me';
import { EditMemberDialog } from './edit-member-dialog';
import { UsersFrame } from './users-frame';

const PAGE_SIZE = 25;

export const MembersView = () => <UsersFrame>{(invite) => <Members onInvite={invite} />}</UsersFrame>;

const COLUMNS: Column<User>[] = [
  {
    key: 'who', header: 'Member', cell: (user) => (
      <span className="flex items-center gap-3">
        <span aria-hidden className="grid size-8 shrink-0 place-items-center rounded-full bg-sunken text-[0.8125rem] font-semibold text-ink-2 uppercase ring-1 ring-line">{(user.name || user.email).slice(0, 1)}</span>
        <span className="min-w-0">
          <span className="flex items-center gap-2"><span className="truncate font-medium">{user.name || user.email}</span>{user.is_me && <Badge>You</Badge>}</span>
          {user.name && <span className="block truncate text-xs text-ink-3">{user.email}</span>}
        </span>
      </span>
    ),
  },
  { key: 'role', header: 'Role', className: '@2xl:w-32', cell: (user) => <RoleBadge role={user.role} /> },
  { key: 'signIn', header: 'Signs in with', className: '@2xl:w-36', wideOnly: true, cell: (user) => (user.has_password ? 'Password' : 'Single sign-on') },
  { key: 'seen', header: 'Last seen', className: '@2xl:w-36', cell: (user) => <When at={user.last_seen_at} /> },
  { key: 'since', header: 'Member since', className: '@2xl:w-36', wideOnly: true, cell: (user) => <When at={user.created_at} /> },
];

function Members({ onInvite }: { onInvite: () => void }) {
  const me = useMe();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const toasts = useToasts();
  const [editing, setEditing] = useState<User | null>(null);
  const [removing, setRemoving] = useState<User | null>(null);
  const [resetting, setResetting] = useState<User | null>(null);
  const { values, page, change, clear, isFiltered } = useUrlState(['q']);
  const list = useQuery(trpc.users.list.queryOptions(
    { ...(values.q ? { q: values.q } : {}), limit: PAGE_SIZE, offset: (page - 1) * PAGE_SIZE },
    { placeholderData: keepPreviousData, refetchInterval: 30_000 },
  ));
  const remove = useMutation(trpc.users.remove.mutationOptions({
    onSuccess: async () => {
      toasts.done(`${removing?.name || removing?.email} is no longer a member.`);
      setRemoving(null);
      await queryClient.invalidateQueries({ queryKey: trpc.users.list.queryKey() });
    },
  }));
  const reset = useMutation(trpc.users.resetPassword.mutationOptions());
  const closeReset = () => { setResetting(null); reset.reset(); };
  const nameOf = (user: User | null) => user?.name || user?.email || '';

  return (
    <>
      {(isFiltered || (list.data?.total ?? 0) > 5) && (
        <ListToolbar onClear={isFiltered ? clear : undefined}>
          <SearchField label="Search members" placeholder="Search by name or e-mail" value={values.q ?? ''} onChange={(q) => change({ q })} />
        </ListToolbar>
      )}
      <DataTable
        label="Members"
        columns={COLUMNS}
        rows={list.data?.users}
        query={list}
        rowKey={(user) => user.id}
        rowMenu={(user) => {
          const above = !hasRole(me.role, user.role); // an admin leaves owners alone
          const why = above ? 'Only an owner may do this to an owner.' : undefined;
          return (
            <RowMenu label={`Actions for ${nameOf(user)}`}>
              <MenuItem icon={Pencil} disabled={above} hint={why} onSelect={() => setEditing(user)}>Edit</MenuItem>
              <MenuItem icon={KeyRound} disabled={above} onSelect={() => setResetting(user)}>Make a password link</MenuItem>
              <MenuSeparator />
              <MenuItem icon={UserMinus} danger disabled={above} onSelect={() => setRemoving(user)}>{user.is_me ? 'Leave the workspace' : 'Remove'}</MenuItem>
            </RowMenu>
          );
        }}
        empty={isFiltered
          ? <EmptyState icon={SearchX} title="No member matches" action={<Button onClick={clear}>Clear the search</Button>}>Try a part of the name or e-mail.</EmptyState>
          : <EmptyState icon={Users} title="No members" action={<Button variant="primary" onClick={onInvite}>Invite somebody</Button>} />}
      />
      {list.data && <Pager page={page} pageSize={PAGE_SIZE} total={list.data.total} onPage={(next) => change({ page: next > 1 ? String(next) : undefined })} />}

      {editing && <EditMemberDialog user={editing} onClose={() => setEditing(null)} />}
      <Confirm
        open={removing !== null}
        onOpenChange={(open) => { if (!open) { setRemoving(null); remove.reset(); } }}
        title={removing?.is_me ? 'Leave the workspace?' : `Remove ${nameOf(removing)}?`}
        action={removing?.is_me ? 'Leave' : 'Remove'}
        busy={remove.isPending}
        problem={remove.error?.message}
        onConfirm={() => { if (removing) remove.mutate({ user_id: removing.id }); }}
      >
        <p>{removing?.is_me ? 'You are signed out at once, and only an invitation brings you back.' : 'They are signed out at once and their live sessions end. What they said and did stays.'}</p>
      </Confirm>
      <Confirm
        open={resetting !== null && !reset.data}
        onOpenChange={(open) => { if (!open) closeReset(); }}
        title={`Make a password link for ${nameOf(resetting)}?`}
        action="Make link"
        busy={reset.isPending}
        problem={reset.error?.message}
        onConfirm={() => { if (resetting) reset.mutate({ user_id: resetting.id }); }}
      >
        <p>With it they choose a new password. Until then the old one goes on working; then every sign-in of theirs ends.</p>
      </Confirm>
      <Dialog open={resetting !== null && reset.data !== undefined} onOpenChange={(open) => { if (!open) closeReset(); }} sticky title={`Password link for ${nameOf(resetting)}`} description="Hand it over yourself, to nobody else: it is shown this once." footer={<Button variant="primary" onClick={closeReset}>Done</Button>}>
        {reset.data && <SecretBox label="Password link" value={reset.data.url} note={<>Works once, until {formatDateTime(new Date(reset.data.expires_at))}.</>} />}
      </Dialog>
    </>
  );
}
