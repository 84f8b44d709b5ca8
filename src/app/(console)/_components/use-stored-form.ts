'use client';

import { useMutation, type UseMutationOptions } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { fieldErrors, formError } from '../../_lib/field-errors';

type Refusal = Parameters<typeof fieldErrors>[0] & object;

interface StoredFormOptions<Stored, Form, Input, Failure extends Refusal, Context> {
  stored: Stored;
  formOf: (stored: Stored) => Form;
  isSame: (a: Form, b: Form) => boolean;
  inputOf: (form: Form) => Input;
  /** Paths of the server's refusals that some field of the form shows. */
  shownPaths: (form: Form) => readonly string[];
  /** The mutation that saves, with what is to happen when it has. */
  mutation: (onSuccess: (saved: Stored) => Promise<void>) => UseMutationOptions<Stored, Failure, Input, Context>;
  onSaved: (saved: Stored) => Promise<void>;
}

export interface StoredForm<Form> {
  form: Form;
  /** What is stored, as the form has it. */
  base: Form;
  dirty: boolean;
  saving: boolean;
  refused: boolean;
  /** By field. What the server refused stays at its field until the form is saved or discarded. */
  errors: Record<string, string>;
  /** What no single field can show. */
  problem: string | null;
  change: (part: Partial<Form>) => void;
  submit: () => void;
  discard: () => void;
}

/**
 * A form beside what is stored. When somebody else saved meanwhile, what was not touched here follows; what was touched
 * is not taken away, and neither is what was typed while the form was being saved.
 */
export function useStoredForm<Stored, Form, Input, Failure extends Refusal, Context>(
  { stored, formOf, isSame, inputOf, shownPaths, mutation, onSaved }: StoredFormOptions<Stored, Form, Input, Failure, Context>,
): StoredForm<Form> {
  const kept = useMemo(() => formOf(stored), [stored, formOf]);
  const [form, setForm] = useState(kept);
  const [base, setBase] = useState(kept);
  const dirty = !isSame(form, base);
  useEffect(() => {
    if (isSame(base, kept)) return;
    if (!dirty) setForm(kept);
    setBase(kept);
  }, [kept, base, dirty, isSame]);

  const sent = useRef(form);
  const { mutate, reset, isPending, error } = useMutation(mutation(async (saved) => {
    setBase(formOf(saved));
    setForm((now) => (isSame(now, sent.current) ? formOf(saved) : now));
    await onSaved(saved);
  }));
  const change = useCallback((part: Partial<Form>) => setForm((now) => ({ ...now, ...part })), []);
  const submit = () => {
    if (!dirty || isPending) return;
    sent.current = form;
    mutate(inputOf(form));
  };
  const discard = () => { setForm(base); reset(); };
  return { form, base, dirty, saving: isPending, refused: error !== null, errors: fieldErrors(error), problem: formError(error, shownPaths(form)), change, submit, discard };
}
