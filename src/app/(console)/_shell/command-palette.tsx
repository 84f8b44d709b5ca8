'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Command } from 'cmdk';
import { Bot, CornerDownLeft, PhoneOutgoing, Plus, Search, SquarePen, UserRound, type LucideIcon } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { Dialog } from 'radix-ui';
import { useDeferredValue, useState } from 'react';
import { hasRole } from '../../_lib/roles';
import { useTRPC } from '../../_lib/trpc';
import { CHANNELS } from '../_components/channel';
import { conversationTitle } from '../_components/conversation-title';
import { useLeaving } from './leaving';
import { destinationsFor } from './navigation';
import { useMe } from './use-me';

const SHOWN_CONVERSATIONS = 6;

interface Choice {
  href: string;
  label: string;
  hint?: string;
  icon: LucideIcon;
}

/** Ctrl or Cmd and K: pages, agents and conversations by a few letters. */
export const CommandPalette = ({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) => (
  <Dialog.Root open={open} onOpenChange={onOpenChange}>
    <Dialog.Portal>
      <Dialog.Overlay className="fixed inset-0 z-40 bg-[oklch(0.15_0.02_230/0.45)]" />
      <Dialog.Content aria-describedby={undefined} className="rise fixed top-[min(16vh,9rem)] left-1/2 z-50 w-[min(36rem,calc(100vw-1.5rem))] -translate-x-1/2 overflow-hidden rounded-xl border border-line bg-surface shadow-pop outline-none">
        <Dialog.Title className="sr-only">Search and go to</Dialog.Title>
        <Palette close={() => onOpenChange(false)} />
      </Dialog.Content>
    </Dialog.Portal>
  </Dialog.Root>
);

function Palette({ close }: { close: () => void }) {
  const trpc = useTRPC();
  const router = useRouter();
  const me = useMe();
  const { leave } = useLeaving();
  const [typed, setTyped] = useState('');
  const words = useDeferredValue(typed.trim());
  const agents = useQuery(trpc.agents.list.queryOptions({ limit: 1_000 }));
  const found = useQuery(trpc.conversations.list.queryOptions({ limit: SHOWN_CONVERSATIONS, ...(words ? { q: words } : {}) }, { placeholderData: keepPreviousData }));

  const go = (href: string) => { close(); leave(() => router.push(href)); };
  const pages: Choice[] = destinationsFor(me.role);
  const actions: Choice[] = [
    ...(hasRole(me.role, 'operator') ? [{ href: '/playground', label: 'New conversation', icon: SquarePen }, { href: '/calls?new=1', label: 'Place a call', icon: PhoneOutgoing }] : []),
    ...(hasRole(me.role, 'admin') ? [{ href: '/agents?new=1', label: 'New agent', icon: Plus }, { href: '/trunks/new', label: 'New trunk', icon: Plus }] : []),
    ...(me.kind === 'user' ? [{ href: '/settings/account', label: 'Your account', icon: UserRound }] : []),
  ];
  return (
    <Command label="Search and go to" loop>
      <div className="flex items-center gap-3 border-b border-line px-4">
        <Search aria-hidden className="size-4 shrink-0 text-ink-3" />
        <Command.Input autoFocus value={typed} onValueChange={setTyped} maxLength={200} placeholder="Go to a page, an agent or a conversation" className="h-12 min-w-0 flex-1 bg-transparent text-[0.9375rem] outline-none placeholder:text-ink-3" />
        <kbd className="rounded border border-line px-1.5 py-0.5 font-sans text-2xs text-ink-3">Esc</kbd>
      </div>
      <Command.List className="max-h-[min(26rem,60vh)] overflow-y-auto overscroll-contain p-1.5">
        <Command.Empty className="px-3 py-10 text-center text-ink-2">{found.isFetching ? 'Searching…' : `Nothing is called “${typed.trim()}”.`}</Command.Empty>
        <Group heading="Pages" choices={pages} go={go} />
        <Group heading="Agents" choices={(agents.data ?? []).map((agent) => ({ href: `/agents/${agent.id}`, label: agent.name, hint: `${agent.llm_provider}/${agent.llm_model}`, icon: Bot }))} go={go} />
        <Group heading="Actions" choices={actions} go={go} />
        {/* The server has searched what was said as well: what it found is shown whatever the letters are. */}
        <Group heading="Conversations" forced choices={(found.data?.conversations ?? []).map((one) => ({ href: `/conversations/${one.id}`, label: conversationTitle(one), hint: one.user_label, icon: CHANNELS[one.channel].icon }))} go={go} />
      </Command.List>
      <p aria-hidden className="flex items-center gap-1.5 border-t border-line px-4 py-2 text-xs text-ink-3 pointer-coarse:hidden"><CornerDownLeft className="size-3" />opens, arrows choose</p>
    </Command>
  );
}

function Group({ heading, choices, go, forced = false }: { heading: string; choices: Choice[]; go: (href: string) => void; forced?: boolean }) {
  if (choices.length === 0) return null;
  return (
    <Command.Group heading={heading} forceMount={forced} className="[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-2xs [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-ink-3">
      {choices.map(({ href, label, hint, icon: Icon }) => (
        <Command.Item key={`${heading} ${href} ${label}`} value={`${heading} ${label} ${href}`} keywords={hint ? [hint] : []} forceMount={forced} onSelect={() => go(href)} className="flex h-9 cursor-default items-center gap-3 rounded-lg px-2.5 select-none data-[selected=true]:bg-hover">
          <Icon aria-hidden className="size-4 shrink-0 text-ink-3" />
          <span className="min-w-0 truncate">{label}</span>
          {hint && <span className="ml-auto max-w-[45%] shrink-0 truncate pl-3 text-xs text-ink-3">{hint}</span>}
        </Command.Item>
      ))}
    </Command.Group>
  );
}
