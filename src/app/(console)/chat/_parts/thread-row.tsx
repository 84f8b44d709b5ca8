'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { FileText, GitBranch, Pencil, ScrollText, Trash2 } from 'lucide-react';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import type { FoundConversation } from '@/server/conversations/contract';
import { cn } from '../../../_lib/cn';
import { fieldErrors, formError } from '../../../_lib/field-errors';
import { useTRPC } from '../../../_lib/trpc';
import { Dot } from '../../../_ui/badge';
import { Confirm } from '../../../_ui/confirm';
import { FormDialog } from '../../../_ui/dialog';
import { Field } from '../../../_ui/field';
import { Input } from '../../../_ui/input';
import { MenuItem, MenuSeparator, RowMenu } from '../../../_ui/menu';
import { CHANNELS } from '../../_components/channel';
import { conversationTitle } from '../../_components/conversation-title';
import { snippetWithoutMarks } from '../../_components/snippet-without-marks';
import { uploadedFileName } from '../../_components/uploaded-file-name';

interface ThreadRowProps {
  thread: FoundConversation;
  isOpen: boolean;
  onChoose?: () => void;
}

export function ThreadRow({ thread, isOpen, onChoose }: ThreadRowProps) {
  const [asking, setAsking] = useState<'rename' | 'delete' | null>(null);
  const title = conversationTitle(thread);
  const { icon: Icon, label: channel } = CHANNELS[thread.channel];
  const close = () => setAsking(null);
  return (
    <div className={cn('group/row relative flex items-center rounded-lg transition-colors', isOpen ? 'bg-accent-soft' : 'hover:bg-hover')}>
      <Link
        href={`/chat?conversation=${thread.id}`}
        aria-current={isOpen ? 'page' : undefined}
        className={cn('min-w-0 flex-1 rounded-lg py-1.5 pr-9 pl-2.5 -outline-offset-2', isOpen ? 'font-medium text-accent-ink' : 'text-ink')}
        {...(onChoose ? { onClick: onChoose } : {})}
      >
        <span className="flex items-center gap-2">
          {thread.status === 'active' && thread.channel !== 'chat' ? <Dot tone="ok" pulse /> : thread.branched_from_id ? <GitBranch aria-label="A branch" className="size-3.5 shrink-0 text-ink-3" /> : thread.channel !== 'chat' && <Icon aria-label={channel} className="size-3.5 shrink-0 text-ink-3" />}
          {thread.title !== null && uploadedFileName(thread.title) !== null && <FileText aria-label="A file" className="size-3.5 shrink-0 text-ink-3" />}
          <span className="truncate" title={title}>{title}</span>
        </span>
        {thread.snippet && <span className="line-clamp-2 text-xs font-normal text-ink-2">{snippetWithoutMarks(thread.snippet.parts).map(({ text, match }, index) => (match ? <mark key={index} className="rounded-sm bg-accent-soft font-medium text-accent-ink">{text}</mark> : text))}</span>}
      </Link>
      <span className="absolute right-1 transition-opacity group-focus-within/row:opacity-100 group-hover/row:opacity-100 has-data-[state=open]:opacity-100 pointer-fine:opacity-0">
        <RowMenu label={`Actions for ${title}`}>
          <MenuItem icon={Pencil} onSelect={() => setAsking('rename')}>Rename</MenuItem>
          <MenuItem icon={ScrollText} href={`/conversations/${thread.id}`}>Open the record</MenuItem>
          <MenuSeparator />
          <MenuItem icon={Trash2} danger onSelect={() => setAsking('delete')}>Delete</MenuItem>
        </RowMenu>
      </span>
      {asking === 'rename' && <Rename thread={thread} onDone={close} />}
      {asking === 'delete' && <Delete thread={thread} title={title} isOpen={isOpen} onDone={close} />}
    </div>
  );
}

const FIELDS = ['title'] as const;

function Rename({ thread, onDone }: { thread: FoundConversation; onDone: () => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const rename = useMutation(trpc.conversations.rename.mutationOptions({
    onSuccess: async () => {
      await queryClient.invalidateQueries(trpc.conversations.pathFilter());
      onDone();
    },
  }));
  const errors = fieldErrors(rename.error);
  return (
    <FormDialog
      open
      onOpenChange={onDone}
      title="Rename the thread"
      action="Rename"
      size="sm"
      busy={rename.isPending}
      problem={formError(rename.error, FIELDS)}
      onSubmit={(form) => rename.mutate({ conversation_id: thread.id, title: String(form.get('title')) })}
    >
      <Field label="Title" required error={errors.title}>{(control) => <Input {...control} name="title" defaultValue={thread.title === null ? '' : conversationTitle(thread)} maxLength={200} autoFocus />}</Field>
    </FormDialog>
  );
}

function Delete({ thread, title, isOpen, onDone }: { thread: FoundConversation; title: string; isOpen: boolean; onDone: () => void }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const router = useRouter();
  const remove = useMutation(trpc.conversations.remove.mutationOptions({
    onSuccess: async () => {
      onDone();
      if (isOpen) router.replace('/chat');
      await queryClient.invalidateQueries(trpc.conversations.list.pathFilter());
    },
  }));
  return (
    <Confirm open onOpenChange={(open) => { if (!open) onDone(); }} title="Delete this thread?" action="Delete" busy={remove.isPending} problem={remove.error?.message} onConfirm={() => remove.mutate({ conversation_id: thread.id })}>
      <p>“{title}” goes with all its messages and files. What it cost stays in the usage.</p>
    </Confirm>
  );
}
