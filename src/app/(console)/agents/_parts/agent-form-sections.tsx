'use client';

import type { ReactNode } from 'react';
import type { Agent, AgentTools, AvailableProviders } from '@/server/agents/contract';
import { Card, CardHeader } from '../../../_ui/card';
import { Checkbox, Switch } from '../../../_ui/choice';
import { Field } from '../../../_ui/field';
import { Input } from '../../../_ui/input';
import { TagInput } from '../../../_ui/tag-input';
import { Textarea } from '../../../_ui/textarea';
import { fieldsOf } from '../_lib/agent-form';
import type { useAgentEditor } from '../_lib/use-agent-editor';
import { AccessFields } from './access-fields';
import { FieldGrid } from './field-grid';
import { ProviderSection } from './provider-section';

const MOST_TAGS = 20;

interface AgentFormSectionsProps {
  agent: Agent;
  providers: AvailableProviders;
  tools: AgentTools['tools'];
  editor: ReturnType<typeof useAgentEditor>;
  disabled: boolean;
}

export function AgentFormSections({ agent, providers, tools, editor, disabled }: AgentFormSectionsProps) {
  const { form, base: stored, change, errors } = editor;
  const gone = form.tools.filter((name) => !tools.some((tool) => tool.name === name)).map((name) => ({ name, label: name, description: 'There is no such tool any more.', enabled: true }));
  const workspaceDefault = agent.model === null ? { hint: `${agent.llm_provider}/${agent.llm_model}` } : {};
  return (
    <div className="space-y-5">
      {disabled && <p className="rounded-lg bg-sunken px-3.5 py-2.5 text-ink-2">Only admins and owners can change an agent.</p>}
      <Section title="Basics">
        <div className="grid gap-5 sm:grid-cols-2">
          <Field label="Name" error={errors.name} required>{(control) => <Input {...control} disabled={disabled} maxLength={255} autoComplete="off" value={form.name} onChange={(event) => change({ name: event.target.value })} />}</Field>
          <Field label="Tags" aside="Optional" error={errors.tags}>{(control) => <TagInput {...control} value={form.tags} onChange={(tags) => change({ tags: tags.slice(0, MOST_TAGS) })} />}</Field>
        </div>
        <Field label="Description" aside="Optional" error={errors.description} hint="For the people who choose it; the model does not see it.">{(control) => <Input {...control} disabled={disabled} maxLength={2000} autoComplete="off" value={form.description} onChange={(event) => change({ description: event.target.value })} />}</Field>
        <Field label="Prompt" error={errors.system_prompt} aside={`${form.systemPrompt.length.toLocaleString('en')} characters`} hint="Who it is, what it knows and how it speaks. Short sentences are easier to listen to.">
          {(control) => <Textarea {...control} disabled={disabled} maxLength={32_000} className="max-h-[32rem] min-h-40" placeholder="You are the receptionist of…" value={form.systemPrompt} onChange={(event) => change({ systemPrompt: event.target.value })} />}
        </Field>
        <Field label="Greeting" aside="Optional" error={errors.greeting} hint="Said first on the phone and by devices that ask for it. Empty: the other side begins.">
          {(control) => <Textarea {...control} disabled={disabled} maxLength={2000} className="min-h-9" rows={1} value={form.greeting} onChange={(event) => change({ greeting: event.target.value })} />}
        </Field>
      </Section>

      <Section title="Model">
        <ProviderSection
          type="llm" label="Provider" providers={providers} provider={form.llmProvider} values={form.llm} errors={errors} disabled={disabled}
          stored={{ provider: stored.llmProvider, values: stored.llm }}
          none={{ label: 'The workspace’s default', ...workspaceDefault }} noneProvider={agent.model === null ? agent.llm_provider : undefined}
          onChange={(llmProvider, llm) => change({ llmProvider, llm })}
        />
      </Section>

      <Section title="Voice">
        <ProviderSection
          type="tts" label="Speaks with" providers={providers} provider={form.ttsProvider} values={form.tts} errors={errors} disabled={disabled}
          stored={{ provider: stored.ttsProvider, values: stored.tts }} onChange={(ttsProvider, tts) => change({ ttsProvider, tts })}
        />
        <div className="border-t border-line pt-5">
          <ProviderSection
            type="stt" label="Listens with" providers={providers} provider={form.sttProvider} values={form.stt} errors={errors} disabled={disabled}
            stored={{ provider: stored.sttProvider, values: stored.stt }} onChange={(sttProvider, stt) => change({ sttProvider, stt })}
          />
        </div>
      </Section>

      <Section title="Turn-taking">
        <FieldGrid fields={fieldsOf(providers, 'turn', 'builtin')} values={form.turn} errors={errors} prefix="turn_settings" disabled={disabled} onChange={(turn) => change({ turn })} />
      </Section>

      <Section title="Tools">
        {errors.tools && <p role="alert" className="text-[0.8125rem] text-danger">{errors.tools}</p>}
        <ul className="grid gap-x-6 gap-y-4 sm:grid-cols-2">
          {[...tools, ...gone].map((tool) => (
            <li key={tool.name}>
              <Checkbox
                label={<>{tool.description}{!tool.enabled && <span className="text-ink-3"> (not set up)</span>}</>}
                hint={tool.name}
                disabled={disabled}
                checked={form.tools.includes(tool.name)}
                onChange={(checked) => change({ tools: checked ? [...form.tools, tool.name] : form.tools.filter((name) => name !== tool.name) })}
              />
            </li>
          ))}
        </ul>
      </Section>

      <Section title="Access">
        <div className="flex items-start justify-between gap-4">
          <div>
            <p className="font-medium">On</p>
            <p className="mt-0.5 text-[0.8125rem] text-ink-3">{agent.is_default ? 'The default agent is always on: it answers whoever names no agent.' : 'Switched off, it answers nobody; its settings stay.'}</p>
            {errors.is_active && <p role="alert" className="mt-1 text-[0.8125rem] text-danger">{errors.is_active}</p>}
          </div>
          <Switch label="On" checked={form.isActive} disabled={disabled || agent.is_default} onChange={(isActive) => change({ isActive })} />
        </div>
        <AccessFields agent={agent} value={form.allowedUserIds} error={errors.allowed_user_ids} disabled={disabled} onChange={(allowedUserIds) => change({ allowedUserIds })} />
      </Section>
    </div>
  );
}

const Section = ({ title, children }: { title: string; children: ReactNode }) => (
  <Card aria-label={title}>
    <CardHeader title={title} />
    <div className="space-y-5 px-4 py-5 sm:px-5">{children}</div>
  </Card>
);
