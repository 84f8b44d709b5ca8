'use client';

import { Bot, ChevronRight, KeyRound, MailPlus, PlugZap, RadioReceiver, Settings, ShieldCheck, SquareActivity, UserRound, type LucideIcon } from 'lucide-react';
import { Collapsible } from 'radix-ui';
import type { ReactNode } from 'react';
import type { AuditEvent } from '@/server/audit/contract';
import { ExactTime, When } from '../../../_ui/when';
import { actorKind, fieldName, fieldText, wordsOf } from './event-words';

const ICONS: Record<string, LucideIcon> = {
  agent: Bot, api_key: KeyRound, device: RadioReceiver, user: UserRound, invitation: MailPlus, workspace: Settings, provider_key: PlugZap, privacy: ShieldCheck,
};

/** One change in a sentence; what exactly, on demand. */
export function EventRow({ event }: { event: AuditEvent }) {
  const { verb, kind } = wordsOf(event);
  const Icon = ICONS[event.subject.kind] ?? SquareActivity;
  return (
    <Collapsible.Root asChild>
      <li>
        <Collapsible.Trigger className="group flex w-full items-start gap-3 px-4 py-3 text-left -outline-offset-2 transition-colors hover:bg-sunken sm:items-center sm:px-5">
          <span aria-hidden className="grid size-8 shrink-0 place-items-center rounded-lg bg-sunken text-ink-2 group-hover:bg-hover"><Icon className="size-4" /></span>
          <span className="min-w-0 flex-1">
            <span className="block break-words"><span className="font-medium">{event.actor.label}</span> <span className="text-ink-2">{verb} {kind}</span> {event.subject.label && <span className="font-medium">{event.subject.label}</span>}</span>
            <span className="block text-xs text-ink-3 sm:hidden"><When at={event.at} /></span>
          </span>
          <span className="hidden shrink-0 text-right text-[0.8125rem] text-ink-2 sm:block"><ExactTime at={event.at} /></span>
          <ChevronRight aria-hidden className="size-4 shrink-0 text-ink-3 transition-transform group-data-[state=open]:rotate-90 max-sm:mt-1" />
        </Collapsible.Trigger>
        <Collapsible.Content className="border-t border-line bg-sunken/60 px-4 py-3.5 sm:pr-5 sm:pl-16"><Details event={event} /></Collapsible.Content>
      </li>
    </Collapsible.Root>
  );
}

function Details({ event }: { event: AuditEvent }) {
  const details = Object.entries(event.details);
  return (
    <dl className="grid gap-x-6 gap-y-1.5 text-[0.8125rem] sm:grid-cols-[9rem_minmax(0,1fr)]">
      {details.map(([key, value]) => <Row key={key} label={fieldName(key)}><Value value={value} /></Row>)}
      <Row label="When"><ExactTime at={event.at} /></Row>
      <Row label="Who">{event.actor.label} <span className="text-ink-3">({actorKind(event.actor.kind)})</span></Row>
      <Row label="Action"><code className="font-mono text-xs">{event.action}</code></Row>
      <Row label="Id"><code className="font-mono text-xs break-all">{event.subject.id}</code></Row>
    </dl>
  );
}

const Row = ({ label, children }: { label: string; children: ReactNode }) => (
  <><dt className="text-ink-3 max-sm:mt-1">{label}</dt><dd className="min-w-0 break-words">{children}</dd></>
);

const isChange = (value: unknown): value is { from: unknown; to: unknown } =>
  typeof value === 'object' && value !== null && 'from' in value && 'to' in value;

/** What was and what is, where the entry says both. */
const Value = ({ value }: { value: unknown }) => (isChange(value)
  ? <span><del className="text-ink-3">{fieldText(value.from)}</del> <span aria-label="now" role="img">→</span> {fieldText(value.to)}</span>
  : <span className="whitespace-pre-wrap">{fieldText(value)}</span>);
