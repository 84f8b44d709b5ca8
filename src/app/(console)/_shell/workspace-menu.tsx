'use client';

import { useMutation, useQuery } from '@tanstack/react-query';
import { Check, ChevronsUpDown, Plus } from 'lucide-react';
import Link from 'next/link';
import { DropdownMenu } from 'radix-ui';
import { useState } from 'react';
import { cn } from '../../_lib/cn';
import { useTRPC } from '../../_lib/trpc';
import { LogoMark } from '../../_ui/logo';
import { Skeleton } from '../../_ui/states';
import { useToasts } from '../../_ui/toast';
import { NewWorkspaceDialog } from './new-workspace-dialog';
import { useMay, useMe } from './use-me';

const item = 'flex min-h-9 cursor-default items-center gap-2.5 rounded-lg px-2.5 py-1 outline-none select-none data-[highlighted]:bg-hover [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-ink-3';

/** Everything that was read belongs to the workspace that one leaves: the page is loaded anew. */
const startOver = () => window.location.assign('/');

/** Where one is, and where else one may go. */
export function WorkspaceMenu({ rail = false }: { rail?: boolean }) {
  const trpc = useTRPC();
  const toasts = useToasts();
  const { workspace, kind } = useMe();
  const mayCreate = useMay('owner');
  const [open, setOpen] = useState(false);
  const [creating, setCreating] = useState(false);
  const mine = useQuery(trpc.workspaces.list.queryOptions(undefined, { enabled: open }));
  const go = useMutation(trpc.workspaces.switch.mutationOptions({ onSuccess: startOver, onError: (error) => toasts.failed(error.message) }));
  const name = (
    <>
      <LogoMark className="shrink-0" />
      <span className={cn('min-w-0 flex-1', rail && 'max-lg:hidden')}>
        <span className="block truncate leading-4 font-semibold tracking-[-0.011em]">{workspace.name}</span>
        <span className="block text-xs text-ink-3">Parley</span>
      </span>
    </>
  );
  const classes = cn('flex h-11 w-full items-center gap-2.5 rounded-lg px-1.5 text-left transition-colors', rail && 'max-lg:justify-center');
  if (kind !== 'user') return <Link href="/" aria-label={`Parley, ${workspace.name}`} className={classes}>{name}</Link>;
  return (
    <>
      <DropdownMenu.Root modal={false} open={open} onOpenChange={setOpen}>
        <DropdownMenu.Trigger aria-label={`Workspace: ${workspace.name}`} className={cn(classes, 'hover:bg-hover')}>
          {name}<ChevronsUpDown aria-hidden className={cn('size-4 shrink-0 text-ink-3', rail && 'max-lg:hidden')} />
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content align="start" sideOffset={6} collisionPadding={8} className="rise z-50 max-h-96 w-60 overflow-y-auto rounded-xl border border-line bg-surface p-1 shadow-pop">
            <DropdownMenu.Label className="px-2.5 pt-1.5 pb-1 text-2xs font-medium text-ink-3">Workspaces</DropdownMenu.Label>
            {!mine.data && !mine.error && <div className="px-2.5 py-2"><Skeleton className="h-4 w-32" /></div>}
            {mine.error && <p role="alert" className="px-2.5 py-1.5 text-[0.8125rem] text-danger">{mine.error.message}</p>}
            <DropdownMenu.RadioGroup aria-label="Workspaces" value={workspace.id} onValueChange={(id) => { if (id !== workspace.id) go.mutate({ workspace_id: id }); }}>
              {mine.data?.workspaces.map((one) => (
                <DropdownMenu.RadioItem key={one.id} value={one.id} className={item}>
                  <span aria-hidden className="grid size-5.5 shrink-0 place-items-center rounded-md bg-accent-soft text-2xs font-semibold text-accent-ink uppercase">{one.name.slice(0, 1)}</span>
                  <span className="min-w-0 flex-1"><span className="block truncate">{one.name}</span><span className="block text-xs text-ink-3 first-letter:uppercase">{one.role}</span></span>
                  <DropdownMenu.ItemIndicator><Check aria-hidden /></DropdownMenu.ItemIndicator>
                </DropdownMenu.RadioItem>
              ))}
            </DropdownMenu.RadioGroup>
            {mayCreate && (
              <>
                <DropdownMenu.Separator className="my-1 h-px bg-line" />
                <DropdownMenu.Item className={item} onSelect={() => setCreating(true)}><Plus aria-hidden />New workspace</DropdownMenu.Item>
              </>
            )}
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
      {mayCreate && <NewWorkspaceDialog open={creating} onOpenChange={setCreating} onDone={startOver} />}
    </>
  );
}
