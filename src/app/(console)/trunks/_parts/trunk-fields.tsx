'use client';

import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '../../../_lib/trpc';
import { RadioCards, Switch } from '../../../_ui/choice';
import { Field, FieldGroup, type FieldControl } from '../../../_ui/field';
import { Input } from '../../../_ui/input';
import { PasswordInput } from '../../../_ui/password-input';
import { Select } from '../../../_ui/select';
import { SettingsCard } from '../../../_ui/settings-card';
import { TagInput } from '../../../_ui/tag-input';
import type { TrunkForm } from '../_lib/trunk-form';
import { workspaceAgent } from '../_lib/workspace-agent';

/** The menu has no empty value. */
const WORKSPACE = 'workspace';

interface TrunkFieldsProps {
  form: TrunkForm;
  errors: Record<string, string>;
  /** What is kept already; a new trunk keeps nothing. */
  hasPassword: boolean;
  hasCallerPassword: boolean;
  /** The default trunk stays it until another one is. */
  wasDefault: boolean;
  onChange: (part: Partial<TrunkForm>) => void;
}

/** Everything of a trunk, by what it is for. */
export function TrunkFields({ form, errors, hasPassword, hasCallerPassword, wasDefault, onChange }: TrunkFieldsProps) {
  const trpc = useTRPC();
  const agents = useQuery(trpc.agents.list.queryOptions({}));
  const policy = useQuery(trpc.telephony.policy.queryOptions());
  const theirs = workspaceAgent(agents.data, policy.data?.default_agent_id);
  const words = (control: FieldControl, key: 'name' | 'domain' | 'proxy' | 'username' | 'authUsername' | 'callerUsername' | 'callerId' | 'displayName' | 'maxCalls' | 'callsPerSecond', placeholder = '') => (
    <Input {...control} autoComplete="off" autoCapitalize="off" spellCheck={false} placeholder={placeholder} value={form[key]} onChange={(event) => onChange({ [key]: event.target.value })} />
  );
  return (
    <div className="space-y-5">
      <SettingsCard title="Where it is" description="The PBX or the provider, as it is reached from this machine.">
        <Field label="Name" error={errors.name} hint="What it is called here." required>{(control) => words(control, 'name')}</Field>
        <Field label="Domain" error={errors.domain} hint="A host or an address, with its port if that is not 5060." required>{(control) => words(control, 'domain', 'pbx.example.org')}</Field>
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="Proxy" aside="Optional" error={errors.proxy} hint="Where requests go, if not to the domain.">{(control) => words(control, 'proxy', 'sip.example.net:5080')}</Field>
          <Field label="Transport" error={errors.transport} hint="UDP, unless the other side asks for TCP.">
            {(control) => <Select id={control.id} aria-describedby={control['aria-describedby']} aria-invalid={control['aria-invalid']} label="Transport" className="w-full" value={form.transport} onChange={(transport) => onChange({ transport })} options={[{ value: 'udp', label: 'UDP' }, { value: 'tcp', label: 'TCP' }]} />}
          </Field>
        </div>
      </SettingsCard>

      <SettingsCard title="Who we are there" description="How Parley makes itself known.">
        <FieldGroup legend="Registration" error={errors.registers}>
          <RadioCards
            label="Registration" className="sm:grid-cols-2" value={form.registers ? 'yes' : 'no'} onChange={(value) => onChange({ registers: value === 'yes' })}
            options={[{ value: 'yes', label: 'Registers', hint: 'With user and password, as a telephone does.' }, { value: 'no', label: 'Static', hint: 'Known by its address; nothing is registered.' }]}
          />
        </FieldGroup>
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="User" error={errors.username} hint={form.registers ? 'The extension or account.' : 'Any name; it stands before the @.'} required>{(control) => words(control, 'username', form.registers ? '100' : 'parley')}</Field>
          <Field label="Name for authentication" aside="Optional" error={errors.auth_username} hint="Only if it differs from the user.">{(control) => words(control, 'authUsername')}</Field>
        </div>
        <Secret label="Password" error={errors.password} kept={hasPassword} typed={form.password} removes={form.removesPassword} hint={form.registers ? 'Kept encrypted, never shown again.' : 'Only if outgoing calls must sign in. Kept encrypted.'} onChange={(password, removesPassword) => onChange({ password, removesPassword })} />
      </SettingsCard>

      <SettingsCard title="Calls that come in" description="What is let in, and who answers. Dispatch rules come before the agent chosen here.">
        <Field label="Agent" error={errors.default_agent_id} hint="Answers what no dispatch rule matches.">
          {(control) => (
            <Select
              id={control.id} aria-describedby={control['aria-describedby']} aria-invalid={control['aria-invalid']} label="Agent" className="w-full"
              value={form.defaultAgentId || WORKSPACE} onChange={(value) => onChange({ defaultAgentId: value === WORKSPACE ? '' : value })}
              options={[{ value: WORKSPACE, label: theirs === undefined ? 'The workspace’s agent' : `The workspace’s agent (${theirs})` }, ...(agents.data ?? []).map(({ id, name }) => ({ value: id, label: name }))]}
            />
          )}
        </Field>
        <Field label="Our numbers" aside="Optional" error={errors.numbers} hint="Those that ring here. Enter or a comma ends one.">{(control) => <TagInput {...control} maxLength={64} placeholder="+49 30 1234567" value={form.numbers} onChange={(numbers) => onChange({ numbers })} />}</Field>
        <Field label="Allowed addresses" aside="Optional" error={errors.allowed_addresses} hint="Calls also come from these addresses and networks, besides the domain’s own.">{(control) => <TagInput {...control} maxLength={64} placeholder="203.0.113.7 or 198.51.100.0/24" value={form.allowedAddresses} onChange={(allowedAddresses) => onChange({ allowedAddresses })} />}</Field>
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="Caller’s user" aside="Optional" error={errors.caller_username} hint="For telephones that ring in from anywhere, with this password.">{(control) => words(control, 'callerUsername')}</Field>
          <Secret label="Caller’s password" error={errors.caller_password} kept={hasCallerPassword} typed={form.callerPassword} removes={form.removesCallerPassword} hint="Long and random: the internet guesses." onChange={(callerPassword, removesCallerPassword) => onChange({ callerPassword, removesCallerPassword })} />
        </div>
      </SettingsCard>

      <SettingsCard title="Calls that go out" description="What the other party sees.">
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="Number shown" aside="Optional" error={errors.caller_id} hint="Empty shows the user.">{(control) => words(control, 'callerId', '+49301234567')}</Field>
          <Field label="Name shown" aside="Optional" error={errors.display_name} hint="Many networks leave it out.">{(control) => words(control, 'displayName', 'Reception')}</Field>
        </div>
        <SwitchLine label="Default trunk" hint={wasDefault ? 'It is. Make another one the default to change that.' : 'Calls go out over it when none is named.'} checked={form.isDefault} disabled={wasDefault} error={errors.is_default} onChange={(isDefault) => onChange({ isDefault })} />
      </SettingsCard>

      <SettingsCard title="Limits" description="What the line can carry. Empty is without a limit of its own.">
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="Calls at once" aside="Optional" error={errors.max_calls} hint="Both directions together.">{(control) => words(control, 'maxCalls')}</Field>
          <Field label="New calls a second" aside="Optional" error={errors.calls_per_second} hint="Outgoing; providers often allow one.">{(control) => words(control, 'callsPerSecond')}</Field>
        </div>
        <SwitchLine label="On" hint="Switched off, no calls come or go over it; its settings stay." checked={form.isActive} error={errors.is_active} onChange={(isActive) => onChange({ isActive })} />
      </SettingsCard>
    </div>
  );
}

interface SecretProps {
  label: string;
  error: string | undefined;
  hint: string;
  kept: boolean;
  typed: string;
  removes: boolean;
  onChange: (typed: string, removes: boolean) => void;
}

/** Written and never read: empty leaves what is kept. */
const Secret = ({ label, error, hint, kept, typed, removes, onChange }: SecretProps) => (
  <Field
    label={label} error={error} hint={removes ? 'Removed when you save.' : hint}
    aside={kept && (removes
      ? <button type="button" className="rounded font-medium text-accent-ink underline underline-offset-2" onClick={() => onChange('', false)}>Keep it<span className="sr-only">: {label}</span></button>
      : <button type="button" className="rounded font-medium text-accent-ink underline underline-offset-2" onClick={() => onChange('', true)}>Remove<span className="sr-only">: {label}</span></button>)}
  >
    {(control) => <PasswordInput {...control} autoComplete="new-password" disabled={removes} placeholder={removes ? 'None' : kept ? 'Unchanged' : ''} value={typed} onChange={(event) => onChange(event.target.value, false)} />}
  </Field>
);

const SwitchLine = ({ label, hint, checked, disabled = false, error, onChange }: { label: string; hint: string; checked: boolean; disabled?: boolean; error: string | undefined; onChange: (checked: boolean) => void }) => (
  <div className="flex items-start justify-between gap-4">
    <div>
      <p className="font-medium">{label}</p>
      <p className="mt-0.5 text-[0.8125rem] text-ink-3">{hint}</p>
      {error && <p role="alert" className="mt-1 text-[0.8125rem] text-danger">{error}</p>}
    </div>
    <Switch label={label} checked={checked} disabled={disabled} onChange={onChange} />
  </div>
);
