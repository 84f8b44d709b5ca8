'use client';

import { Braces, ChevronDown, Download, FileText } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import type { ConversationDetail } from '@/server/conversations/contract';
import { saveFile } from '../../../_lib/save-file';
import { Button } from '../../../_ui/button';
import { MenuItem } from '../../../_ui/menu';
import { asText } from './conversation-text';

/** The conversation as a file: all of it for programs, or what was said for people. */
export function ExportMenu({ conversation }: { conversation: ConversationDetail }) {
  const name = `conversation-${conversation.created_at.slice(0, 10)}-${conversation.id.slice(0, 8)}`;
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild><Button><Download aria-hidden />Export<ChevronDown aria-hidden className="text-ink-3" /></Button></DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content align="end" sideOffset={6} collisionPadding={8} className="rise z-50 min-w-52 rounded-xl border border-line bg-surface p-1 shadow-pop">
          <MenuItem icon={FileText} hint="What was said, line by line" onSelect={() => saveFile(new Blob([asText(conversation)], { type: 'text/plain;charset=utf-8' }), `${name}.txt`)}>Text</MenuItem>
          <MenuItem icon={Braces} hint="With tools, timings and usage" onSelect={() => saveFile(new Blob([JSON.stringify(conversation, null, 2)], { type: 'application/json' }), `${name}.json`)}>JSON</MenuItem>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
