import { AudioLines, Bot, ChartPie, House, KeyRound, MessageCircle, MessagesSquare, Phone, RadioReceiver, Router, ScrollText, Settings, Users, type LucideIcon } from 'lucide-react';
import type { Me } from '@/server/auth/contract';
import { hasRole } from '../../_lib/roles';

export interface Destination {
  href: string;
  label: string;
  icon: LucideIcon;
  /** Who sees it: the least role that can do anything there. */
  role: Me['role'];
}

export interface DestinationGroup {
  label: string;
  destinations: readonly Destination[];
}

const GROUPS: readonly DestinationGroup[] = [
  {
    label: 'Talk',
    destinations: [
      { href: '/', label: 'Home', icon: House, role: 'viewer' },
      { href: '/chat', label: 'Chat', icon: MessageCircle, role: 'operator' },
      { href: '/playground', label: 'Playground', icon: AudioLines, role: 'operator' },
      { href: '/conversations', label: 'Conversations', icon: MessagesSquare, role: 'viewer' },
      { href: '/agents', label: 'Agents', icon: Bot, role: 'viewer' },
      { href: '/devices', label: 'Devices', icon: RadioReceiver, role: 'viewer' },
    ],
  },
  {
    label: 'Telephone',
    destinations: [
      { href: '/calls', label: 'Calls', icon: Phone, role: 'viewer' },
      { href: '/trunks', label: 'Trunks', icon: Router, role: 'admin' },
    ],
  },
  {
    label: 'Workspace',
    destinations: [
      { href: '/usage', label: 'Usage', icon: ChartPie, role: 'viewer' },
      { href: '/users', label: 'Users', icon: Users, role: 'admin' },
      { href: '/keys', label: 'API keys', icon: KeyRound, role: 'admin' },
      { href: '/audit', label: 'Audit log', icon: ScrollText, role: 'admin' },
      { href: '/settings', label: 'Settings', icon: Settings, role: 'admin' },
    ],
  },
];

/** What this role may use, in order; a group without entries is none. */
export const groupsFor = (role: Me['role']): DestinationGroup[] =>
  GROUPS.map((group) => ({ ...group, destinations: group.destinations.filter((one) => hasRole(role, one.role)) })).filter((group) => group.destinations.length > 0);

/** In one row; Alt and its digit goes there. */
export const destinationsFor = (role: Me['role']): Destination[] => groupsFor(role).flatMap((group) => group.destinations);

/** 1 to 9, then 0 for the tenth, as the keys stand; further ones have none. */
export const digitOf = (index: number): string | undefined => (index < 10 ? String((index + 1) % 10) : undefined);

export const isCurrent = (href: string, pathname: string): boolean => (href === '/' ? pathname === '/' : pathname === href || pathname.startsWith(`${href}/`));
