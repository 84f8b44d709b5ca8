'use client';

import { ArrowLeft, AudioLines } from 'lucide-react';
import Link from 'next/link';
import { useEffect, useRef, useState } from 'react';
import type { Agent, AgentTools, AvailableProviders } from '@/server/agents/contract';
import { cn } from '../../../_lib/cn';
import { Badge } from '../../../_ui/badge';
import { Button } from '../../../_ui/button';
import { SaveBar } from '../../../_ui/save-bar';
import { Segmented } from '../../../_ui/segmented';
import { When } from '../../../_ui/when';
import { LeaveQuestion } from '../../_components/leave-question';
import { useSaveKey } from '../../_components/use-save-key';
import { useUnsavedGuard } from '../../_components/use-unsaved-guard';
import { useMay } from '../../_shell/use-me';
import { useAgentEditor } from '../_lib/use-agent-editor';
import { AgentFormSections } from './agent-form-sections';
import { AgentMenu } from './agent-menu';
import { TestPanel } from './test-panel';

const VIEWS = [{ value: 'settings' as const, label: 'Settings' }, { value: 'test' as const, label: 'Test' }];

interface AgentEditorProps {
  agent: Agent;
  providers: AvailableProviders;
  tools: AgentTools['tools'];
}

/** The form, and the agent itself beside it; on narrow screens one or the other. */
export function AgentEditor({ agent, providers, tools }: AgentEditorProps) {
  const mayTalk = useMay('operator');
  const mayChange = useMay('admin');
  const editor = useAgentEditor(agent, providers);
  const guard = useUnsavedGuard(editor.dirty);
  const [view, setView] = useState<'settings' | 'test'>('settings');
  const form = useRef<HTMLFormElement>(null);
  const { submit, refused, errors } = editor;

  useSaveKey(submit);
  const firstError = Object.keys(errors).join(' ');
  useEffect(() => {
    if (!refused) return;
    setView('settings');
    form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
  }, [refused, firstError]);

  return (
    <div className="mx-auto w-full max-w-7xl px-4 pt-6 pb-24 sm:px-6 lg:px-8">
      <Link href="/agents" className="mb-3 inline-flex items-center gap-1.5 rounded text-[0.8125rem] font-medium text-ink-2 hover:text-ink"><ArrowLeft aria-hidden className="size-4" />Agents</Link>
      <header className="mb-6 flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          <h1 className="text-[1.375rem] leading-7 font-semibold tracking-[-0.018em] break-words">{agent.name}</h1>
          <p className="mt-1 flex flex-wrap items-center gap-x-2 gap-y-1 text-ink-2">
            {agent.is_default && <Badge tone="accent">Default</Badge>}
            {!agent.is_active && <Badge>Off</Badge>}
            <span className="break-all">{agent.llm_provider}/{agent.llm_model}</span><span className="text-ink-3">· changed <When at={agent.updated_at} /></span>
          </p>
        </div>
        <div className="flex items-center gap-2">
          {mayTalk && <Segmented label="View" className="xl:hidden" value={view} options={VIEWS} onChange={setView} />}
          {mayTalk && agent.is_active && <Button asChild><Link href={`/playground?agent=${agent.id}`}><AudioLines aria-hidden /><span className="max-sm:sr-only">Talk in playground</span></Link></Button>}
          <AgentMenu agent={agent} />
        </div>
      </header>
      <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,1fr)_26rem]">
        <form
          ref={form} noValidate aria-label={`Settings of ${agent.name}`}
          className={cn('min-w-0', view === 'test' && 'max-xl:hidden')}
          onSubmit={(event) => { event.preventDefault(); submit(); }}
        >
          <AgentFormSections agent={agent} providers={providers} tools={tools} editor={editor} disabled={!mayChange} />
          {mayChange && <SaveBar dirty={editor.dirty} saving={editor.saving} refused={editor.refused} problem={editor.problem} onDiscard={editor.discard} />}
        </form>
        {mayTalk && <TestPanel agent={agent} dirty={editor.dirty} className={view === 'settings' ? 'max-xl:hidden' : undefined} />}
      </div>
      <LeaveQuestion guard={guard} onDiscard={editor.discard}>The changes to {agent.name} have not been saved.</LeaveQuestion>
    </div>
  );
}
