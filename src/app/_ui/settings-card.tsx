import { LoaderCircle } from 'lucide-react';
import { useId, type FormEvent, type ReactNode } from 'react';
import { Button } from './button';
import { Card } from './card';
import { Notice } from './states';

interface SettingsCardProps {
  title: string;
  description?: ReactNode;
  children: ReactNode;
}

/** One subject: what it is about at the left, the controls at the right; one below the other where it is narrow. */
export function SettingsCard({ title, description, children, footer }: SettingsCardProps & { footer?: ReactNode }) {
  const id = useId();
  return (
    <Card aria-labelledby={id} className="overflow-hidden">
      <div className="grid gap-x-8 gap-y-4 p-4 sm:p-5 md:grid-cols-[15rem_minmax(0,1fr)]">
        <div>
          <h2 id={id} className="text-[0.9375rem] font-semibold">{title}</h2>
          {description && <div className="mt-1 text-[0.8125rem] text-ink-2">{description}</div>}
        </div>
        <div className="min-w-0 space-y-4">{children}</div>
      </div>
      {footer && <div className="flex flex-wrap items-center justify-end gap-3 border-t border-line bg-sunken/50 px-4 py-3 sm:px-5">{footer}</div>}
    </Card>
  );
}

interface SettingsFormProps extends SettingsCardProps {
  action?: string;
  busy: boolean;
  /** Something differs from what is kept. */
  changed?: boolean;
  problem?: string | null;
  onSubmit: (form: FormData, element: HTMLFormElement) => void;
}

/** A subject that is saved by itself. */
export function SettingsForm({ action = 'Save', busy, changed = true, problem, onSubmit, children, ...card }: SettingsFormProps) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!busy) onSubmit(new FormData(event.currentTarget), event.currentTarget);
  };
  return (
    <form onSubmit={submit}>
      <SettingsCard {...card} footer={<Button type="submit" variant="primary" disabled={busy || !changed}>{busy && <LoaderCircle aria-hidden className="animate-spin" />}{action}</Button>}>
        {problem && <Notice tone="danger">{problem}</Notice>}
        {children}
      </SettingsCard>
    </form>
  );
}
