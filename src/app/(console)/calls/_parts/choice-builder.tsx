'use client';

import { Plus, Trash2 } from 'lucide-react';
import { Button } from '../../../_ui/button';
import { Field, FieldGroup } from '../../../_ui/field';
import { Input } from '../../../_ui/input';
import { TagInput } from '../../../_ui/tag-input';
import type { PlaceCallForm } from '../_lib/place-call-form';

const MOST_OPTIONS = 9; // as many as there are keys

interface ChoiceBuilderProps {
  form: PlaceCallForm;
  errors: Record<string, string>;
  onChange: (part: Partial<PlaceCallForm>) => void;
}

/** What is asked after the message, and which words mean which answer. */
export function ChoiceBuilder({ form, errors, onChange }: ChoiceBuilderProps) {
  const { options } = form;
  const wordsError = (index: number) => Object.entries(errors).find(([path]) => path.startsWith(`choice.options[${index}].synonyms`))?.[1];
  const set = (key: number, part: Partial<PlaceCallForm['options'][number]>) => onChange({ options: options.map((option) => (option.key === key ? { ...option, ...part } : option)) });
  return (
    <div className="space-y-4 rounded-xl border border-line bg-sunken/50 p-4">
      <Field label="Question" error={errors['choice.prompt']} required>
        {(control) => <Input {...control} maxLength={1000} autoComplete="off" value={form.prompt} onChange={(event) => onChange({ prompt: event.target.value })} />}
      </Field>
      <FieldGroup legend="Answers" hint="What was chosen is recorded by its name. It may be said in any of the words, or keyed: 1 is the first." error={errors['choice.options']}>
        <ol className="space-y-2.5">
          {options.map(({ key, value, synonyms }, index) => (
            <li key={key} className="flex items-start gap-2">
              <kbd aria-hidden className="tabular mt-2 grid size-5 shrink-0 place-items-center rounded border border-line bg-surface font-sans text-2xs text-ink-2">{index + 1}</kbd>
              <div className="grid min-w-0 flex-1 gap-2 sm:grid-cols-[9rem_minmax(0,1fr)]">
                <div>
                  <Input aria-label={`Name of answer ${index + 1}`} aria-invalid={errors[`choice.options[${index}].value`] ? true : undefined} placeholder="confirmed" maxLength={100} autoComplete="off" value={value} onChange={(event) => set(key, { value: event.target.value })} />
                  {errors[`choice.options[${index}].value`] && <p className="mt-1 text-[0.8125rem] text-danger">{errors[`choice.options[${index}].value`]}</p>}
                </div>
                <div>
                  <TagInput id={`choice-words-${key}`} aria-label={`Words for answer ${index + 1}`} aria-describedby={undefined} aria-invalid={wordsError(index) ? true : undefined} required={undefined} placeholder="yes, yeah, confirm" maxLength={100} value={synonyms} onChange={(next) => set(key, { synonyms: next.slice(0, 20) })} />
                  {wordsError(index) && <p className="mt-1 text-[0.8125rem] text-danger">{wordsError(index)}</p>}
                </div>
              </div>
              <Button variant="ghost" size="icon-sm" className="mt-0.5" aria-label={`Remove answer ${index + 1}`} disabled={options.length === 1} onClick={() => onChange({ options: options.filter((option) => option.key !== key) })}><Trash2 aria-hidden /></Button>
            </li>
          ))}
        </ol>
        <Button size="sm" className="mt-2.5" disabled={options.length >= MOST_OPTIONS} onClick={() => onChange({ options: [...options, { key: Math.max(0, ...options.map((option) => option.key)) + 1, value: '', synonyms: [] }] })}><Plus aria-hidden />Add an answer</Button>
      </FieldGroup>
      <Field label="Waits for an answer" error={errors['choice.timeout_seconds']} hint="Seconds, 5 to 60. Asked once more after that." className="max-w-56">
        {(control) => <Input {...control} inputMode="numeric" autoComplete="off" value={form.choiceTimeout} onChange={(event) => onChange({ choiceTimeout: event.target.value })} />}
      </Field>
    </div>
  );
}
