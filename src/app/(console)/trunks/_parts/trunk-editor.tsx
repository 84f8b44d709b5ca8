'use client';

import { useEffect, useRef } from 'react';
import { SaveBar } from '../../../_ui/save-bar';
import { LeaveQuestion } from '../../_components/leave-question';
import { useSaveKey } from '../../_components/use-save-key';
import { useUnsavedGuard } from '../../_components/use-unsaved-guard';
import { atTheirList, type TrunkForm } from '../_lib/trunk-form';
import { TrunkFields } from './trunk-fields';

interface TrunkEditorProps {
  label: string;
  action: string;
  idleWords?: string;
  form: TrunkForm;
  dirty: boolean;
  saving: boolean;
  refused: boolean;
  errors: Record<string, string>;
  problem: string | null;
  hasPassword: boolean;
  hasCallerPassword: boolean;
  wasDefault: boolean;
  onChange: (part: Partial<TrunkForm>) => void;
  onSubmit: () => void;
  onDiscard: () => void;
}

/** The form of a trunk, new or not, with what guards it. */
export function TrunkEditor({ label, action, idleWords, form, dirty, saving, refused, errors, problem, onChange, onSubmit, onDiscard, ...kept }: TrunkEditorProps) {
  const element = useRef<HTMLFormElement>(null);
  const guard = useUnsavedGuard(dirty && !saving);
  useSaveKey(onSubmit);
  const atFields = Object.keys(errors).join(' ');
  useEffect(() => {
    if (refused) element.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
  }, [refused, atFields]);
  return (
    <form ref={element} noValidate aria-label={label} onSubmit={(event) => { event.preventDefault(); onSubmit(); }}>
      <TrunkFields form={form} errors={atTheirList(errors)} onChange={onChange} {...kept} />
      <SaveBar dirty={dirty} saving={saving} refused={refused} problem={problem} action={action} idleWords={idleWords} onDiscard={onDiscard} />
      <LeaveQuestion guard={guard} onDiscard={onDiscard}>What you changed here has not been saved.</LeaveQuestion>
    </form>
  );
}
