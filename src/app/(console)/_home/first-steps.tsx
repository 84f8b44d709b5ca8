'use client';

import { useQuery } from '@tanstack/react-query';
import { Check, Copy } from 'lucide-react';
import Link from 'next/link';
import { useEffect, useState, type ReactNode } from 'react';
import { cn } from '../../_lib/cn';
import { useTRPC } from '../../_lib/trpc';
import { Button } from '../../_ui/button';
import { Card, CardHeader } from '../../_ui/card';

export function FirstSteps() {
  const trpc = useTRPC();
  const conversations = useQuery(trpc.conversations.list.queryOptions({ limit: 1 }));
  const devices = useQuery(trpc.conversations.list.queryOptions({ limit: 1, channel: 'device' }));
  const agents = useQuery(trpc.agents.list.queryOptions({}));
  const [origin, setOrigin] = useState('');
  useEffect(() => setOrigin(window.location.origin), []);
  const model = agents.data?.find((agent) => agent.is_default);
  const hasModel = model !== undefined && model.llm_provider !== 'builtin';
  return (
    <Card aria-labelledby="steps-title">
      <CardHeader id="steps-title" title="First steps" />
      <ol className="divide-y divide-line">
        <Step number={1} title="Have a conversation" done={(conversations.data?.total ?? 0) > 0}>
          Ask for the time somewhere or for a sum, aloud or in writing, in the <Link href="/playground" className="font-medium text-accent-ink underline underline-offset-2">playground</Link>.
        </Step>
        <Step number={2} title="Give the agent a language model" done={hasModel}>
          {hasModel
            ? <>The default agent uses <span className="font-medium text-ink">{model.llm_provider}</span>.</>
            : <>The built-in assistant tells the time and does sums, without any key. Set <Code>OPENAI_API_KEY</Code>, <Code>ANTHROPIC_API_KEY</Code> or another vendor’s key and start Parley again for an agent that can talk about anything.</>}
        </Step>
        <Step number={3} title="Connect a device" done={(devices.data?.total ?? 0) > 0}>
          Point an ESP32 or any WebSocket client at this address, with an API key in the <Code>Authorization</Code> header.
          {origin && <Copyable text={`${origin.replace(/^http/, 'ws')}/api/v1/realtime`} />}
        </Step>
      </ol>
    </Card>
  );
}

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

const Code = ({ children }: { children: ReactNode }) => <code className="rounded bg-sunken px-1 py-0.5 font-mono text-[0.8125em] text-ink">{children}</code>;

/** In the browser only: the server does not know its address. */
function Copyable({ text }: { text: string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <div className="mt-2.5 flex items-center gap-2 rounded-lg bg-sunken py-1 pr-1 pl-3">
      <code className="min-w-0 flex-1 truncate font-mono text-xs text-ink">{text}</code>
      {window.isSecureContext && ( // elsewhere browsers have no clipboard
        <Button variant="ghost" size="icon-sm" aria-label={copied ? 'Copied' : 'Copy the address'} onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}>
          {copied ? <Check aria-hidden className="text-ok" /> : <Copy aria-hidden />}
        </Button>
      )}
    </div>
  );
}
