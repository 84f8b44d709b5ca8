import { CircleAlert, LoaderCircle } from 'lucide-react';
import { cn } from '../_lib/cn';
import { Button } from './button';

interface SaveBarProps {
  dirty: boolean;
  saving: boolean;
  refused: boolean;
  /** What no single field can show. */
  problem: string | null;
  action?: string;
  /** Said while nothing is changed yet, by a form that makes something new: its action stays in reach. */
  idleWords?: string | undefined;
  onDiscard: () => void;
}

/** Below a long form: in reach while there is something to save; says why it could not be. */
export function SaveBar({ dirty, saving, refused, problem, action = 'Save', idleWords, onDiscard }: SaveBarProps) {
  if (!dirty && !saving && idleWords === undefined) return null;
  const words = problem ?? (refused ? 'Some fields need another look.' : (idleWords ?? 'Unsaved changes'));
  return (
    <div role="region" aria-label="Save" className="rise sticky bottom-4 z-20 mt-5 flex flex-wrap items-center gap-x-3 gap-y-2 rounded-xl border border-line-strong/50 bg-surface px-4 py-2.5 shadow-pop">
      <p role={refused ? 'alert' : 'status'} className={cn('flex min-w-0 flex-1 basis-28 items-start gap-2 font-medium', refused && 'text-danger')}>
        {refused && <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />}<span className="min-w-0 break-words">{words}</span>
      </p>
      {dirty && <Button onClick={onDiscard} disabled={saving}>Discard</Button>}
      <Button type="submit" variant="primary" disabled={saving} aria-keyshortcuts="Control+S Meta+S" title={`${action} (Ctrl+S)`}>{saving && <LoaderCircle aria-hidden className="animate-spin" />}{saving ? 'Saving…' : action}</Button>
    </div>
  );
}
