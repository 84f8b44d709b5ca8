'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ProviderKey } from '@/server/provider-keys/contract';
import { fieldErrors, formError } from '../../../_lib/field-errors';
import { useTRPC } from '../../../_lib/trpc';
import { Badge } from '../../../_ui/badge';
import { Button } from '../../../_ui/button';
import { Card, CardHeader } from '../../../_ui/card';
import { Confirm } from '../../../_ui/confirm';
import { FormDialog } from '../../../_ui/dialog';
import { Field } from '../../../_ui/field';
import { PasswordInput } from '../../../_ui/password-input';
import { ErrorState, LoadingRows } from '../../../_ui/states';
import { useToasts } from '../../../_ui/toast';
import { When } from '../../../_ui/when';
import { ForAdmins } from './for-admins';

const VENDORS: Record<ProviderKey['vendor'], string> = { openai: 'OpenAI', anthropic: 'Anthropic', google: 'Google', groq: 'Groq', mistral: 'Mistral', cohere: 'Cohere', openrouter: 'OpenRouter' };

export const ProvidersTab = () => <ForAdmins what="Vendor keys"><Providers /></ForAdmins>;

function Providers() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const toasts = useToasts();
  const [setting, setSetting] = useState<ProviderKey | null>(null);
  const [removing, setRemoving] = useState<ProviderKey | null>(null);
  const list = useQuery(trpc.providerKeys.list.queryOptions());
  const renew = () => queryClient.invalidateQueries({ queryKey: trpc.providerKeys.list.queryKey() });
  const set = useMutation(trpc.providerKeys.set.mutationOptions({ onSuccess: async (_, { vendor }) => { toasts.done(`Agents use your ${VENDORS[vendor]} key from their next turn on.`); setSetting(null); await renew(); } }));
  const remove = useMutation(trpc.providerKeys.remove.mutationOptions({ onSuccess: async (_, { vendor }) => { toasts.done(`The ${VENDORS[vendor]} key was removed.`); setRemoving(null); await renew(); } }));
  return (
    <>
      <Card aria-labelledby="vendors-title" className="overflow-hidden">
        <CardHeader id="vendors-title" title="Language models" />
        <p className="border-b border-line px-4 py-3 text-[0.8125rem] text-ink-2 sm:px-5">Keys of this workspace are kept encrypted, go before the server’s own, and are never shown again. Without any key, the built-in assistant answers.</p>
        {!list.data && (list.error ? <ErrorState title="The vendor keys cannot be read" message={list.error.message} onRetry={() => void list.refetch()} /> : <LoadingRows rows={6} label="Loading vendor keys" />)}
        {list.data && (
          <ul className="divide-y divide-line">
            {list.data.provider_keys.map((key) => (
              <li key={key.vendor} className="flex flex-wrap items-center gap-x-4 gap-y-2.5 px-4 py-3.5 sm:px-5">
                <div className="min-w-0 flex-1">
                  <p className="flex items-center gap-2"><span className="font-medium">{VENDORS[key.vendor]}</span><Source of={key} /></p>
                  <p className="mt-0.5 text-xs text-ink-3"><Where of={key} /></p>
                  {key.problem && <p role="alert" className="mt-1 text-[0.8125rem] text-danger">{key.problem}</p>}
                </div>
                <div className="flex gap-2">
                  <Button size="sm" onClick={() => setSetting(key)} aria-label={`${key.source === 'workspace' ? 'Replace' : 'Set'} the ${VENDORS[key.vendor]} key`}>{key.source === 'workspace' ? 'Replace' : 'Set key'}</Button>
                  {key.source === 'workspace' && <Button size="sm" variant="danger" onClick={() => setRemoving(key)} aria-label={`Remove the ${VENDORS[key.vendor]} key`}>Remove</Button>}
                </div>
              </li>
            ))}
          </ul>
        )}
      </Card>
      <FormDialog
        open={setting !== null}
        onOpenChange={(open) => { if (!open) { setSetting(null); set.reset(); } }}
        title={setting ? `${VENDORS[setting.vendor]} key` : ''}
        action="Save key"
        busy={set.isPending}
        problem={formError(set.error, ['api_key'])}
        onSubmit={(form) => { if (setting) set.mutate({ vendor: setting.vendor, api_key: String(form.get('api_key')) }); }}
      >
        <Field label="API key" error={fieldErrors(set.error).api_key} hint="From the vendor’s console. It is encrypted before it is stored; Parley shows only its last characters." required>
          {(control) => <PasswordInput {...control} name="api_key" autoComplete="off" spellCheck={false} maxLength={500} className="font-mono" />}
        </Field>
      </FormDialog>
      <Confirm
        open={removing !== null}
        onOpenChange={(open) => { if (!open) { setRemoving(null); remove.reset(); } }}
        title={removing ? `Remove the ${VENDORS[removing.vendor]} key?` : ''}
        action="Remove key"
        busy={remove.isPending}
        problem={remove.error?.message}
        onConfirm={() => { if (removing) remove.mutate({ vendor: removing.vendor }); }}
      >
        <p>Agents that use {removing ? VENDORS[removing.vendor] : ''} fall back to the server’s key ({removing?.variable}), or fail when it has none.</p>
      </Confirm>
    </>
  );
}

const Source = ({ of: { source } }: { of: ProviderKey }) =>
  (source === 'workspace' ? <Badge tone="ok">This workspace</Badge> : source === 'environment' ? <Badge tone="accent">Server</Badge> : <Badge>No key</Badge>);

const Where = ({ of: key }: { of: ProviderKey }) => {
  if (key.source === 'workspace') return <>Ends in <code className="font-mono">{key.hint}</code>, set <When at={key.updated_at} /></>;
  return key.source === 'environment' ? <>From <code className="font-mono">{key.variable}</code></> : <>Or set <code className="font-mono">{key.variable}</code> where Parley runs</>;
};
