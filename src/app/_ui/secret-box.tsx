import { KeyRound } from 'lucide-react';
import type { ReactNode } from 'react';
import { CopyButton } from './copy-button';

/** What is shown once: a key, a token, a link. */
export const SecretBox = ({ label, value, note }: { label: string; value: string; note?: ReactNode }) => (
  <div className="rounded-xl border border-accent/40 bg-accent-soft p-3.5">
    <p className="mb-2 flex items-center gap-2 font-medium text-accent-ink"><KeyRound aria-hidden className="size-4" />{label}</p>
    <div data-copyable className="flex items-center gap-2 rounded-lg border border-line bg-surface py-1.5 pr-1.5 pl-3">
      <code data-copy-source aria-label={label} className="min-w-0 flex-1 font-mono text-[0.8125rem] break-all select-all">{value}</code>
      <CopyButton text={value} className="self-start" />
    </div>
    {note && <div className="mt-2 text-[0.8125rem] text-ink-2">{note}</div>}
  </div>
);

/** Something to paste into a shell or a program. */
export const CodeBlock = ({ label, code }: { label: string; code: string }) => (
  <figure data-copyable className="overflow-hidden rounded-xl border border-line bg-sunken">
    <figcaption className="flex items-center justify-between gap-2 border-b border-line py-1 pr-1 pl-3.5 text-xs font-medium text-ink-2">{label}<CopyButton iconOnly text={code} label={`Copy: ${label}`} /></figcaption>
    <pre tabIndex={0} aria-label={label} className="overflow-x-auto px-3.5 py-3 font-mono text-xs leading-5 -outline-offset-2"><code data-copy-source>{code}</code></pre>
  </figure>
);
