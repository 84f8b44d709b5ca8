'use client';

import { useQuery } from '@tanstack/react-query';
import { ArrowLeft, BotOff } from 'lucide-react';
import Link from 'next/link';
import { useTRPC } from '../../../_lib/trpc';
import { Button } from '../../../_ui/button';
import { Card } from '../../../_ui/card';
import { EmptyState, ErrorState, Skeleton } from '../../../_ui/states';
import { AgentEditor } from './agent-editor';

/** An agent, everything it can be given, and somebody to try it with. */
export function AgentView({ id }: { id: string }) {
  const trpc = useTRPC();
  const agent = useQuery(trpc.agents.get.queryOptions({ agent_id: id }));
  const providers = useQuery(trpc.agents.providers.queryOptions());
  const tools = useQuery(trpc.agents.tools.queryOptions());
  const failed = [agent, providers, tools].find((query) => query.error && !query.data);
  const missing = agent.error?.data?.httpStatus === 404;
  if (agent.data && providers.data && tools.data) return <AgentEditor agent={agent.data} providers={providers.data} tools={tools.data.tools} />;
  return (
    <div className="mx-auto w-full max-w-7xl px-4 py-6 sm:px-6 lg:px-8">
      <Link href="/agents" className="mb-3 inline-flex items-center gap-1.5 rounded text-[0.8125rem] font-medium text-ink-2 hover:text-ink"><ArrowLeft aria-hidden className="size-4" />Agents</Link>
      {missing && <Card><EmptyState icon={BotOff} title="There is no such agent" action={<Button asChild><Link href="/agents">All agents</Link></Button>}>It may have been deleted, or it is not for you.</EmptyState></Card>}
      {!missing && failed && <Card><ErrorState title="The agent cannot be read" message={failed.error?.message ?? ''} onRetry={() => void failed.refetch()} /></Card>}
      {!failed && (
        <div role="status" aria-label="Loading the agent">
          <Skeleton className="mb-6 h-7 w-64" />
          <div className="grid gap-5 xl:grid-cols-[minmax(0,1fr)_26rem]">
            <div className="space-y-5"><Skeleton className="h-96 rounded-xl" /><Skeleton className="h-64 rounded-xl" /></div>
            <Skeleton className="h-[36rem] rounded-xl max-xl:hidden" />
          </div>
        </div>
      )}
    </div>
  );
}
