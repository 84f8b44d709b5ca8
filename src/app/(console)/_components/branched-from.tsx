import { GitBranch } from 'lucide-react';
import Link from 'next/link';

/** Where a thread left another one. */
export const BranchedFrom = ({ href }: { href: string }) => (
  <p className="flex items-center gap-3 text-xs text-ink-3 before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
    <span className="inline-flex items-center gap-1.5"><GitBranch aria-hidden className="size-3.5" />Branched from <Link href={href} className="rounded text-accent-ink underline underline-offset-2">an earlier thread</Link></span>
  </p>
);
