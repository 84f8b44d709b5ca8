import type { UsageGroup, UsageSummaryInput } from '@/server/usage/contract';
import { CHANNELS } from '../../_components/channel';
import { isLeg, LEGS } from './leg-words';

/** What a sum can be split by. */
export type Dimension = 'agent' | 'model' | 'channel' | 'leg' | 'user' | 'api_key';

interface DimensionWords {
  label: string;
  /** What belongs to none. */
  none: string;
  /** What is worth seeing of one of them. */
  next: Dimension;
}

export const DIMENSIONS: Record<Dimension, DimensionWords> = {
  agent: { label: 'Agent', none: 'No agent', next: 'model' },
  model: { label: 'Model', none: 'No model', next: 'agent' },
  channel: { label: 'Channel', none: 'No channel', next: 'agent' },
  leg: { label: 'Kind', none: 'No kind', next: 'model' },
  user: { label: 'User', none: 'Nobody named', next: 'agent' },
  api_key: { label: 'API key', none: 'Without a key', next: 'agent' },
};

export const DIMENSION_NAMES = Object.keys(DIMENSIONS) as Dimension[];

export const dimensionOf = (name: string | undefined): Dimension => DIMENSION_NAMES.find((one) => one === name) ?? 'agent';

export type Narrowed = Partial<Record<Dimension, string | undefined>>;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const isChannel = (name: string): name is keyof typeof CHANNELS => Object.hasOwn(CHANNELS, name);

/** What the address narrows to, as the interface asks for it; what makes no sense is left out. */
export function filterOf({ agent, model, channel, leg, user, api_key: key }: Narrowed): Omit<UsageSummaryInput, 'group_by' | 'bucket' | 'from' | 'to'> {
  const slash = model?.indexOf('/') ?? -1; // models have slashes of their own, providers none
  return {
    ...(agent && UUID.test(agent) ? { agent_id: agent } : {}),
    ...(model && slash > 0 && slash < model.length - 1 ? { provider: model.slice(0, slash), model: model.slice(slash + 1) } : {}),
    ...(channel && isChannel(channel) ? { channel } : {}),
    ...(isLeg(leg) ? { leg } : {}),
    ...(user ? { user: user.slice(0, 200) } : {}),
    ...(key && UUID.test(key) ? { api_key_id: key } : {}),
  };
}

/** How a group is called: the server knows people's names for things, the console its own. */
export function groupLabel(dimension: Dimension, { key, label }: Pick<UsageGroup, 'key' | 'label'>): string {
  if (key === null) return DIMENSIONS[dimension].none;
  if (dimension === 'channel' && isChannel(key)) return CHANNELS[key].label;
  if (dimension === 'leg' && isLeg(key)) return LEGS[key].label;
  return label;
}
