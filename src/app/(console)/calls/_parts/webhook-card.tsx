'use client';

import { Check, Clock, Webhook, X } from 'lucide-react';
import type { WebhookAttempt, WebhookDelivery } from '@/server/webhooks/contract';
import { formatMs } from '../../../_lib/format';
import { Badge, type Tone } from '../../../_ui/badge';
import { Card, CardHeader } from '../../../_ui/card';
import { ExactTime, When } from '../../../_ui/when';

const STATES: Record<WebhookDelivery['state'], { label: string; tone: Tone }> = {
  pending: { label: 'On its way', tone: 'warn' },
  delivered: { label: 'Delivered', tone: 'ok' },
  failed: { label: 'Given up', tone: 'danger' },
};

/** What the callback's receiver was told, and how it answered. Nothing for calls that nobody waits for. */
export function WebhookCard({ callbackUrl, deliveries }: { callbackUrl: string | null; deliveries: readonly WebhookDelivery[] }) {
  if (callbackUrl === null && deliveries.length === 0) return null;
  return (
    <Card aria-labelledby="webhook-title">
      <CardHeader id="webhook-title" title="Webhook" action={deliveries[0] && <Badge tone={STATES[deliveries[0].state].tone}>{STATES[deliveries[0].state].label}</Badge>} />
      <div className="space-y-4 px-4 py-4 sm:px-5">
        {deliveries.length === 0 && <p className="flex items-start gap-2 text-[0.8125rem] text-ink-2"><Webhook aria-hidden className="mt-0.5 size-4 shrink-0 text-ink-3" /><span className="min-w-0 break-all">Told when the call is over: {callbackUrl}</span></p>}
        {deliveries.map((delivery) => (
          <div key={delivery.id} className="text-[0.8125rem]">
            <p className="font-mono text-xs break-all text-ink-2">POST {delivery.url}</p>
            <ol className="mt-2.5 space-y-2">
              {delivery.attempts.map((attempt) => <Attempt key={attempt.number} attempt={attempt} />)}
              {delivery.state === 'pending' && (
                <li className="flex gap-2.5">
                  <Clock aria-hidden className="mt-0.5 size-4 shrink-0 text-ink-3" />
                  <span>{delivery.next_attempt_at === null ? 'Sent in a moment' : <>Tried again <When at={delivery.next_attempt_at} /></>}</span>
                </li>
              )}
            </ol>
            <p className="mt-2.5 text-2xs break-all text-ink-3">{delivery.event} · webhook-id {delivery.id}</p>
          </div>
        ))}
      </div>
    </Card>
  );
}

function Attempt({ attempt }: { attempt: WebhookAttempt }) {
  const good = attempt.error === null;
  return (
    <li className="flex gap-2.5">
      {good ? <Check aria-label="Succeeded" className="mt-0.5 size-4 shrink-0 text-ok" strokeWidth={2.5} /> : <X aria-label="Failed" className="mt-0.5 size-4 shrink-0 text-danger" strokeWidth={2.5} />}
      <span className="min-w-0 flex-1">
        <span className="font-medium">{attempt.status === null ? 'No answer' : `Answered ${attempt.status}`}</span>
        <span className="tabular text-ink-3"> after {formatMs(attempt.duration_ms)}</span>
        {attempt.error !== null && attempt.error.toLowerCase() !== `answered ${attempt.status}` && <span className="block break-words text-danger first-letter:uppercase">{attempt.error}</span>}
        <span className="block text-xs text-ink-3"><ExactTime at={attempt.at} /></span>
      </span>
    </li>
  );
}
