import { AudioLines, House, MessagesSquare, type LucideIcon } from 'lucide-react';

export interface Destination {
  href: string;
  label: string;
  icon: LucideIcon;
}

/** What exists, in order; Alt + its number goes there. */
export const DESTINATIONS: readonly Destination[] = [
  { href: '/', label: 'Home', icon: House },
  { href: '/playground', label: 'Playground', icon: AudioLines },
  { href: '/conversations', label: 'Conversations', icon: MessagesSquare },
];

export const isCurrent = (href: string, pathname: string): boolean => (href === '/' ? pathname === '/' : pathname === href || pathname.startsWith(`${href}/`));
