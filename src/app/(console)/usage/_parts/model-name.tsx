import { LEGS, type Leg } from '../_lib/leg-words';

/** What is priced: which part of a turn, whose, and which model of it. */
export function ModelName({ leg, provider, model }: { leg: Leg; provider: string; model: string }) {
  const { label, icon: Icon } = LEGS[leg];
  return (
    <span className="flex min-w-0 items-center gap-3">
      <span className="grid size-8 shrink-0 place-items-center rounded-lg bg-sunken text-ink-2"><Icon aria-hidden className="size-4" /></span>
      <span className="min-w-0">
        <span className="block font-medium break-words">{model === '*' ? `Every model of ${provider}` : `${provider}/${model}`}</span>
        <span className="block text-xs text-ink-3">{label}</span>
      </span>
    </span>
  );
}
