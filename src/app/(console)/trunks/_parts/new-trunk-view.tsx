'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ArrowLeft } from 'lucide-react';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { fieldErrors, formError } from '../../../_lib/field-errors';
import { hasRole } from '../../../_lib/roles';
import { useTRPC } from '../../../_lib/trpc';
import { RadioCards } from '../../../_ui/choice';
import { NeedsRole } from '../../../_ui/needs-role';
import { SettingsCard } from '../../../_ui/settings-card';
import { useToasts } from '../../../_ui/toast';
import { Page, PageHeader } from '../../_components/page';
import { useMe } from '../../_shell/use-me';
import { formOfPreset, isSameForm, PRESETS, shownTrunkPaths, trunkInputOf, type Preset } from '../_lib/trunk-form';
import { TrunkEditor } from './trunk-editor';

export function NewTrunkView() {
  const me = useMe();
  return (
    <Page className="max-w-5xl min-[3200px]:max-w-6xl">
      <Link href="/trunks" className="mb-3 inline-flex items-center gap-1.5 rounded text-[0.8125rem] font-medium text-ink-2 hover:text-ink"><ArrowLeft aria-hidden className="size-4" />Trunks</Link>
      <PageHeader title="New trunk"><p>A line to the telephone network.</p></PageHeader>
      {hasRole(me.role, 'admin') ? <NewTrunk /> : <NeedsRole role="admin" mine={me.role} what="Adding a trunk" />}
    </Page>
  );
}

function NewTrunk() {
  const trpc = useTRPC();
  const router = useRouter();
  const toasts = useToasts();
  const queryClient = useQueryClient();
  const [preset, setPreset] = useState<Preset>('extension');
  const [base, setBase] = useState(() => formOfPreset('extension'));
  const [form, setForm] = useState(base);
  const create = useMutation(trpc.telephony.createTrunk.mutationOptions({
    onSuccess: async (trunk) => {
      toasts.done(`${trunk.name} was added.`);
      queryClient.setQueryData(trpc.telephony.getTrunk.queryKey({ trunk_id: trunk.id }), trunk);
      router.replace(`/trunks/${trunk.id}`);
      await queryClient.invalidateQueries({ queryKey: trpc.telephony.trunks.queryKey() });
    },
  }));
  // What was typed already stays; what the case before filled in gives way to the next.
  const choose = (next: Preset) => {
    const values = formOfPreset(next);
    setForm((now) => Object.fromEntries(Object.entries(values).map(([key, value]) => {
      const name = key as keyof typeof now;
      return [key, JSON.stringify(now[name]) === JSON.stringify(base[name]) ? value : now[name]];
    })) as unknown as typeof now);
    setPreset(next);
    setBase(values);
  };
  const saving = create.isPending || create.isSuccess;
  return (
    <div className="space-y-5">
      <SettingsCard title="What it connects to" description="Fills in what is usual; everything can be changed below.">
        <RadioCards label="What it connects to" className="sm:grid-cols-2" value={preset} onChange={choose} options={PRESETS} />
      </SettingsCard>
      <TrunkEditor
        label="New trunk" action="Add trunk" idleWords="It is served within seconds once it is added" form={form} dirty={!isSameForm(form, base)} saving={saving} refused={create.error !== null}
        errors={fieldErrors(create.error)} problem={formError(create.error, shownTrunkPaths(form))} hasPassword={false} hasCallerPassword={false} wasDefault={false}
        onChange={(part) => setForm((now) => ({ ...now, ...part }))} onSubmit={() => { if (!saving) create.mutate(trunkInputOf(form)); }} onDiscard={() => { setForm(base); create.reset(); }}
      />
    </div>
  );
}
