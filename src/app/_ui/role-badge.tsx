import { Badge, type Tone } from './badge';

export const ROLE_NAMES = ['viewer', 'operator', 'admin', 'owner'] as const;
export type RoleName = (typeof ROLE_NAMES)[number];

/** What each role may do, in the words that every form uses. */
export const ROLE_WORDS: Record<RoleName, { label: string; hint: string; tone: Tone }> = {
  viewer: { label: 'Viewer', hint: 'Reads conversations, agents and figures.', tone: 'neutral' },
  operator: { label: 'Operator', hint: 'Also talks with agents, ends sessions and places calls.', tone: 'neutral' },
  admin: { label: 'Admin', hint: 'Also sets up agents, devices, keys, people and settings.', tone: 'accent' },
  owner: { label: 'Owner', hint: 'Also makes and unmakes owners, and decides on the workspace itself.', tone: 'ok' },
};

export const RoleBadge = ({ role }: { role: RoleName }) => <Badge tone={ROLE_WORDS[role].tone} title={ROLE_WORDS[role].hint}>{ROLE_WORDS[role].label}</Badge>;
