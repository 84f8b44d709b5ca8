'use client';

import { PanelLeft, SquarePen } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import { Button } from '../../../_ui/button';
import { Dialog } from '../../../_ui/dialog';
import { Tooltip } from '../../../_ui/tooltip';
import { AgentPicker } from '../../_components/agent-picker';
import { uploadedFileName } from '../../_components/uploaded-file-name';
import type { ChatSession, ChatSnapshot } from '../_lib/chat-session';
import { ThreadList } from './thread-list';

export function ChatHeader({ session, snapshot, openId }: { session: ChatSession; snapshot: ChatSnapshot; openId: string | null }) {
  const [listed, setListed] = useState(false);
  const { conversation, agentId, state } = snapshot;
  return (
    <header className="flex items-center gap-2 border-b border-line px-3 py-2.5 sm:px-6">
      <Button variant="ghost" size="icon" aria-label="Threads" className="lg:hidden" onClick={() => setListed(true)}><PanelLeft aria-hidden /></Button>
      <h1 className="min-w-0 flex-1 truncate text-[1.0625rem] font-semibold">{conversation ? titleOf(conversation.title) : 'New chat'}</h1>
      <AgentPicker agentId={agentId ?? conversation?.agentId ?? null} disabled={state === 'answering'} onChange={(id) => session.chooseAgent(id)} />
      <Tooltip content="New chat" side="bottom">
        <Button asChild size="icon"><Link href="/chat" aria-label="New chat"><SquarePen aria-hidden /></Link></Button>
      </Tooltip>
      <Dialog open={listed} onOpenChange={setListed} title="Threads" size="sm">
        <div className="-mx-5 -mb-5 h-[70dvh]"><ThreadList openId={openId} onChoose={() => setListed(false)} /></div>
      </Dialog>
    </header>
  );
}

const titleOf = (title: string | null): string => (title === null ? 'Chat' : uploadedFileName(title) ?? title);
