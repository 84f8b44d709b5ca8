'use client';

import { RotateCw } from 'lucide-react';
import Link from 'next/link';
import { formatDateTime } from '../../../_lib/format';
import { Button } from '../../../_ui/button';
import { Notice } from '../../../_ui/states';
import { When } from '../../../_ui/when';
import { useMay } from '../../_shell/use-me';
import type { ChatProblem, ProblemKind } from '../_lib/chat-problem';

/** What to do about it, for who may and for who may not. */
const MENDS: Partial<Record<ProblemKind, { href: string; label: string; otherwise: string }>> = {
  setup: { href: '/settings/providers', label: 'Set up providers', otherwise: 'An administrator can set it up.' },
  budget: { href: '/usage/budgets', label: 'See the budgets', otherwise: 'An administrator can raise it.' },
};

/** Why there is no answer, or only a part of one, and what helps. */
export function ProblemNotice({ problem, onRetry, hasWords }: { problem: ChatProblem; onRetry: (() => void) | undefined; hasWords: boolean }) {
  const isAdmin = useMay('admin');
  const mend = MENDS[problem.kind];
  return (
    <div className="mt-2 max-w-xl">
      <Notice tone="danger" action={onRetry && <Button size="sm" className="-my-0.5" onClick={onRetry}><RotateCw aria-hidden />Try again</Button>}>
        <p>{problem.text}{hasWords && ' What had been written is kept.'}</p>
        {problem.resetsAt !== undefined && <p>In your time: {formatDateTime(new Date(problem.resetsAt))} (<When at={problem.resetsAt} />).</p>}
        {problem.kind === 'signed-out' && <p><a className="underline underline-offset-2" href="/login?next=/chat">Sign in again</a></p>}
        {mend && <p>{isAdmin ? <Link className="underline underline-offset-2" href={mend.href}>{mend.label}</Link> : mend.otherwise}</p>}
      </Notice>
    </div>
  );
}
