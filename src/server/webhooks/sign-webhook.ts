import { Webhook } from 'standardwebhooks';
import type { Secret } from '../platform/secret';

/**
 * The headers of the Standard Webhooks specification. The id is the delivery's at every try, the time is the try's own.
 * With several secrets there are several signatures: a receiver that knows any of them is content.
 */
export function signWebhook({ id, at, body, secrets }: { id: string; at: Date; body: string; secrets: readonly Secret[] }): Record<string, string> {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret.reveal()).sign(id, at, body)).join(' '),
  };
}
