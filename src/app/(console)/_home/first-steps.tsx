'use client';

import { useQuery } from '@tanstack/react-query';
import { Check } from 'lucide-react';
import Link from 'next/link';
import { useEffect, useState, type ReactNode } from 'react';
import { cn } from '../../_lib/cn';
import { useTRPC } from '../../_lib/trpc';
import { Card, CardHeader } from '../../_ui/card';
import { CopyButton } from '../../_ui/copy-button';

/** What is worth doing first, until it is done. */
export function FirstSteps({ hideWhenDone = false }: { hideWhenDone?: boolean }) {
  const trpc = useTRPC();
  const conversations = useQuery(trpc.conversations.list.queryOptions({ limit: 1 }));
  const devices = useQuery(trpc.devices.list.queryOptions({ limit: 1 }));
  const trunks = useQuery(trpc.telephony.trunks.queryOptions());
  const agents = useQuery(trpc.agents.list.queryOptions({}));
  const [origin, setOrigin] = useState('');
  useEffect(() => setOrigin(window.location.origin), []);
  const model = agents.data?.find((agent) => agent.is_default);
  const talked = (conversations.data?.total ?? 0) > 0;
  const hasModel = model !== undefined && model.llm_provider !== 'builtin';
  const hasTrunk = (trunks.data?.trunks.length ?? 0) > 0;
  const hasDevice = (devices.data?.total ?? 0) > 0;
  const known = conversations.data !== undefined && devices.data !== undefined && agents.data !== undefined;
  if (hideWhenDone && (!known || (talked && hasModel && hasDevice))) return null;
  return (
    <Card aria-labelledby="steps-title">
      <CardHeader id="steps-title" title="First steps" />
      <ol className="divide-y divide-line">
        <Step number={1} title="Have a conversation" done={talked}>
          Ask for the time somewhere or for a sum, aloud or in writing, in the <TextLink href="/playground">playground</TextLink>.
        </Step>
        <Step number={2} title="Give the agent a language model" done={hasModel}>
          {hasModel
            ? <>The default agent uses <span className="font-medium text-ink">{model.llm_provider}</span>.</>
            : <>The built-in assistant tells the time and does sums, without any key. Add a vendor’s key in the <TextLink href="/settings/providers">settings</TextLink>{model && <> and choose its model for <TextLink href={`/agents/${model.id}`}>{model.name}</TextLink></>}: then it can talk about anything.</>}
        </Step>
        <Step number={3} title="Connect a device" done={hasDevice}>
          Add it under <TextLink href="/devices">Devices</TextLink>, and point an ESP32 or any WebSocket client with its token at this address.
          {origin && <Copyable text={`${origin.replace(/^http/, 'ws')}/api/v1/realtime`} />}
        </Step>
        <Step number={4} title="Connect a telephone" done={hasTrunk}>
          Give it an extension of your PBX or a provider’s line under <TextLink href="/trunks">Trunks</TextLink>: then agents answer calls, and place them.
        </Step>
      </ol>
    </Card>
  );
}

const TextLink = ({ href, children }: { href: string; children: ReactNode }) => <Link href={href} className="rounded font-medium text-accent-ink underline underline-offset-2">{children}</Link>;

const Step = ({ number, title, done, children }: { number: number; title: string; done: boolean; children: ReactNode }) => (
  <li className="flex gap-3.5 px-4 py-4 sm:px-5">
    <span className={cn('mt-px grid size-6 shrink-0 place-items-center rounded-full text-xs font-semibold', done ? 'bg-ok-soft text-ok' : 'bg-sunken text-ink-2 ring-1 ring-line')}>
      {done ? <Check aria-label="Done" className="size-3.5" strokeWidth={3} /> : number}
    </span>
    <div className="min-w-0 flex-1">
      <h3 className="leading-6 font-medium">{title}</h3>
      <div className="mt-0.5 max-w-prose text-ink-2">{children}</div>
    </div>
  </li>
);

/** In the browser only: the server does not know its address. */
const Copyable = ({ text }: { text: string }) => (
  <div data-copyable className="mt-2.5 flex items-center gap-2 rounded-lg bg-sunken py-1 pr-1 pl-3">
    <code data-copy-source className="min-w-0 flex-1 truncate font-mono text-xs text-ink">{text}</code>
    <CopyButton iconOnly text={text} label="Copy the address" />
  </div>
);
