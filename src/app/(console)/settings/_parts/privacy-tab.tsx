'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { fieldErrors, formError } from '../../../_lib/field-errors';
import { plural } from '../../../_lib/format';
import { saveFile } from '../../../_lib/save-file';
import { useTRPC } from '../../../_lib/trpc';
import { Confirm } from '../../../_ui/confirm';
import { Field } from '../../../_ui/field';
import { Input } from '../../../_ui/input';
import { SettingsForm } from '../../../_ui/settings-card';
import { useToasts } from '../../../_ui/toast';
import type { Erased } from '@/server/privacy/contract';
import { ForAdmins } from './for-admins';

const WHO = 'Exactly as conversations show it: an e-mail, a phone number, a device’s name.';

export const PrivacyTab = () => <ForAdmins what="Privacy"><div className="space-y-5"><ExportForm /><EraseForm /></div></ForAdmins>;

/** Everything kept of a caller, as a file; thrown words are for the person. */
async function download(label: string): Promise<void> {
  const response = await fetch(`/api/privacy/export?user_label=${encodeURIComponent(label)}`).catch(() => null);
  if (!response) throw new Error('The server cannot be reached.');
  if (!response.ok) throw new Error(((await response.json().catch(() => ({}))) as { detail?: string }).detail ?? 'The export failed. Try again.');
  const file = await response.blob();
  const SURELY_SOMETHING_BYTES = 4_096;
  if (file.size < SURELY_SOMETHING_BYTES && isEmpty(JSON.parse(await file.text()) as { conversations: unknown[]; calls: unknown[] })) throw new Error(`Nothing is kept of “${label}”.`);
  saveFile(file, `parley-${label.replace(/[^\p{L}\p{N}@.+-]+/gu, '-')}.json`);
}

const isEmpty = ({ conversations, calls }: { conversations: unknown[]; calls: unknown[] }): boolean => conversations.length + calls.length === 0;

function ExportForm() {
  const toasts = useToasts();
  const run = useMutation({ mutationFn: download, onSuccess: () => toasts.done('The export was downloaded.') });
  return (
    <SettingsForm
      title="Export"
      description="Answer a person who asks what is kept of them."
      action="Download"
      busy={run.isPending}
      problem={run.error?.message ?? null}
      onSubmit={(form) => run.mutate(String(form.get('user_label')).trim())}
    >
      <Field label="Caller" hint={<>{WHO} The file has every conversation with its messages, tool calls and usage, and every telephone call.</>} required>
        {(control) => <Input {...control} name="user_label" maxLength={500} autoComplete="off" placeholder="+15550123" />}
      </Field>
    </SettingsForm>
  );
}

function whatWasErased(done: Erased, label: string): string {
  if (done.calls_live > 0) return `${plural(done.calls_live, 'call')} of “${label}” could not be ended and ${done.calls_live === 1 ? 'is' : 'are'} kept. Erase again when over.`;
  if (done.conversations + done.calls === 0) return `Nothing was kept of “${label}”.`;
  return `Erased ${plural(done.conversations, 'conversation')} with ${plural(done.messages, 'message')}, and ${plural(done.calls, 'call')}.`;
}

function EraseForm() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const toasts = useToasts();
  const [label, setLabel] = useState('');
  const [asking, setAsking] = useState(false);
  const erase = useMutation(trpc.privacy.erase.mutationOptions({
    onSuccess: async (done) => {
      setAsking(false);
      toasts.done(whatWasErased(done, label));
      setLabel('');
      await queryClient.invalidateQueries({ queryKey: trpc.conversations.pathKey() });
    },
    onError: () => setAsking(false),
  }));
  return (
    <>
      <SettingsForm
        title="Erase"
        description="Delete everything kept of a caller, for good. It cannot be undone, by nobody."
        action="Erase…"
        busy={erase.isPending}
        changed={label.trim() !== ''}
        problem={formError(erase.error, ['user_label'])}
        onSubmit={() => setAsking(true)}
      >
        <Field label="Caller to erase" error={fieldErrors(erase.error).user_label} hint={<>{WHO} Conversations, messages, tool calls, usage and telephone calls go, and live sessions and calls end; the audit log says that it was done, not of whom.</>} required>
          {(control) => <Input {...control} maxLength={500} autoComplete="off" value={label} onChange={(event) => setLabel(event.target.value)} placeholder="+15550123" />}
        </Field>
      </SettingsForm>
      <Confirm open={asking} onOpenChange={setAsking} title="Erase everything of this caller?" action="Erase for good" typed={label.trim()} busy={erase.isPending} onConfirm={() => erase.mutate({ user_label: label.trim() })}>
        <p>Every conversation and telephone call of <b className="font-medium text-ink">{label.trim()}</b> in this workspace is deleted now. Backups of the database keep theirs until they expire.</p>
      </Confirm>
    </>
  );
}
