import { Badge, type Tone } from './badge';

export const ROLE_NAMES = ['viewer', 'operator', 'admin', 'owner'] as const;
export type RoleName = (typeof ROLE_NAMES)[number];

/** What each role may do, in the words that every form uses. */
export const ROLE_WORDS: Record<RoleName, { label: string; hint: string; tone: Tone }> = {
  viewer: { label: 'Viewer', hint: 'Reads conversations, agents and figures.', tone: 'neutral' },
  operator: { label: 'Operator', hint: 'Talks with agents, ends sessions and places calls, and reads all there is.', tone: 'neutral' },
  admin: { label: 'Admin', hint: 'Sets up agents, devices, keys, people and settings, besides all that an operator does.', tone: 'accent' },
  owner: { label: 'Owner', hint: 'Makes and unmakes owners and decides on the workspace itself, besides all that an admin does.', tone: 'ok' },
};

export const RoleBadge = ({ role }: { role: RoleName }) => <Badge tone={ROLE_WORDS[role].tone} title={ROLE_WORDS[role].hint}>{ROLE_WORDS[role].label}</Badge>;
