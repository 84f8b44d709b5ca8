import { Globe, MessageSquareText, Phone, RadioReceiver, type LucideIcon } from 'lucide-react';
import type { Conversation } from '@/server/conversations/contract';
import { cn } from '../../_lib/cn';

type Channel = Conversation['channel'];

export const CHANNELS: Record<Channel, { label: string; icon: LucideIcon }> = {
  browser: { label: 'Browser', icon: Globe },
  device: { label: 'Device', icon: RadioReceiver },
  chat: { label: 'Chat', icon: MessageSquareText },
  phone: { label: 'Phone', icon: Phone },
};

export function ChannelIcon({ channel, className }: { channel: Channel; className?: string }) {
  const { label, icon: Icon } = CHANNELS[channel];
  return (
    <span title={label} className={cn('grid size-9 shrink-0 place-items-center rounded-lg bg-sunken text-ink-2', className)}>
      <Icon aria-hidden className="size-[1.125rem]" /><span className="sr-only">{label}</span>
    </span>
  );
}
