import { PhoneIncoming, PhoneOutgoing } from 'lucide-react';
import { cn } from '../../../_lib/cn';

export function DirectionIcon({ direction, className }: { direction: 'inbound' | 'outbound'; className?: string }) {
  const Icon = direction === 'inbound' ? PhoneIncoming : PhoneOutgoing;
  return (
    <span title={direction === 'inbound' ? 'Came in' : 'Went out'} className={cn('grid size-9 shrink-0 place-items-center rounded-lg bg-sunken text-ink-2', className)}>
      <Icon aria-hidden className="size-[1.125rem]" /><span className="sr-only">{direction === 'inbound' ? 'Incoming call' : 'Outgoing call'}</span>
    </span>
  );
}
