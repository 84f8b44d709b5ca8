import { createHash } from 'node:crypto';
import { z } from 'zod';

/** One try. Its number is part of it: a run that comes twice finds the delivery further on, and does nothing. */
export const deliverWebhookJob = {
  name: 'webhooks.deliver',
  payload: z.object({ deliveryId: z.uuid(), attempt: z.number().int().min(1) }),
};

const LANES = 128;
const LANES_A_RECEIVER = 3;

/**
 * The queue of a delivery. A receiver that answers slowly or never takes some of the worker's slots and not all: what
 * goes to one host shares three lanes. The names are few, because graphile-worker keeps each for ever.
 */
export function laneOf({ id, workspaceId, url }: { id: string; workspaceId: string; url: string }): string {
  const number = (text: string) => createHash('sha256').update(text).digest().readUInt32BE(0);
  return `webhooks/${(number(`${workspaceId}\0${new URL(url).host}`) + (number(id) % LANES_A_RECEIVER)) % LANES}`;
}
