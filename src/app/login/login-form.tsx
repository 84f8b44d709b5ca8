'use client';

import { Hourglass, LoaderCircle, LogIn } from 'lucide-react';
import { signIn } from 'next-auth/react';
import { useEffect, useState, type FormEvent } from 'react';
import { SIGN_IN_ERRORS, type SignInOptions } from '@/server/auth/contract';
import { ask } from '../_lib/ask';
import { formatClock } from '../_lib/format';
import { useHydrated } from '../_lib/use-hydrated';
import { useNow } from '../_lib/use-now';
import { Button } from '../_ui/button';
import { Field } from '../_ui/field';
import { Input } from '../_ui/input';
import { PasswordInput } from '../_ui/password-input';
import { Notice } from '../_ui/states';

type Code = keyof typeof SIGN_IN_ERRORS;
const isCode = (text: string): text is Code => Object.hasOwn(SIGN_IN_ERRORS, text);

/** A code of ours, or (from our own answer only, never from a link) a sentence. */
const wordsFor = (error: string): string => (isCode(error) ? SIGN_IN_ERRORS[error] : /\s/.test(error) ? error : 'Sign-in failed. Try again.');

/** The sentence of a lock-out says for how long, in minutes; from then on the page counts. */
const lockedMinutes = (sentence: string): number | null => {
  const found = /try again in (a minute|(\d+) minutes)/i.exec(sentence);
  return found ? Number(found[2] ?? 1) : null;
};

export function LoginForm({ next, error }: { next: string; error: string | undefined }) {
  const [problem, setProblem] = useState<string | null>(error !== undefined && isCode(error) ? SIGN_IN_ERRORS[error] : error === undefined ? null : 'Sign-in failed. Try again.');
  const [lockedUntil, setLockedUntil] = useState<number | null>(null);
  const [busy, setBusy] = useState<'password' | 'oidc' | null>(null);
  const [options, setOptions] = useState<SignInOptions | null>(null);
  const isReady = useHydrated();
  useEffect(() => {
    // Without an answer the password form stands: it says itself when the server is away.
    void ask<SignInOptions>('GET', '/api/sign-in-options').then((answer) => { if (answer.ok) setOptions(answer.data); });
  }, []);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy('password');
    setProblem(null);
    setLockedUntil(null);
    try {
      const result = await signIn('credentials', { email: form.get('email'), password: form.get('password'), redirect: false });
      if (result?.ok && !result.error) {
        window.location.assign(next); // a whole load: every cached answer belonged to nobody
        return;
      }
      const sentence = wordsFor(result?.error ?? '');
      const minutes = lockedMinutes(sentence);
      setProblem(sentence);
      if (minutes !== null) setLockedUntil(Date.now() + minutes * 60_000);
    } catch {
      setProblem('The server cannot be reached. Is Parley running?');
    }
    setBusy(null);
  }

  const invalid = problem === SIGN_IN_ERRORS.CredentialsSignin || undefined;
  return (
    <div className="mt-6 space-y-4">
      {problem && lockedUntil === null && <Notice tone="danger">{problem}</Notice>}
      {lockedUntil !== null && <Locked until={lockedUntil} onOver={() => { setLockedUntil(null); setProblem(null); }} />}
      {options?.oidc && (
        <Button className="h-10 w-full" disabled={busy !== null} onClick={() => { setBusy('oidc'); void signIn('oidc', { callbackUrl: next }); }}>
          {busy === 'oidc' ? <LoaderCircle aria-hidden className="animate-spin" /> : <LogIn aria-hidden />}Continue with {options.oidc.name}
        </Button>
      )}
      {options?.oidc && options.password && <p className="flex items-center gap-3 text-xs text-ink-3 before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">or</p>}
      {options?.password !== false && (
        // `post`: were it ever sent by the browser itself, the password would not stand in the address
        <form method="post" onSubmit={submit} className="space-y-4">
          <Field label="E-mail" required>
            {(control) => <Input {...control} name="email" type="email" autoComplete="username" autoFocus aria-invalid={invalid} className="h-10" />}
          </Field>
          <Field label="Password" required>
            {(control) => <PasswordInput {...control} name="password" autoComplete="current-password" aria-invalid={invalid} className="h-10" />}
          </Field>
          <Button type="submit" variant="primary" className="h-10 w-full" disabled={busy !== null || !isReady}>
            {busy === 'password' && <LoaderCircle aria-hidden className="animate-spin" />}
            {busy === 'password' ? 'Signing in…' : 'Sign in'}
          </Button>
        </form>
      )}
    </div>
  );
}

/** Counts down to the next try. */
function Locked({ until, onOver }: { until: number; onOver: () => void }) {
  const now = useNow(1_000);
  const seconds = Math.ceil((until - now.getTime()) / 1000);
  useEffect(() => { if (seconds <= 0) onOver(); }, [seconds, onOver]);
  return (
    <div role="alert" className="flex items-start gap-2.5 rounded-lg bg-warn-soft px-3 py-2.5 text-warn">
      <Hourglass aria-hidden className="mt-0.5 size-4 shrink-0" />
      <p>Too many failed sign-ins. Try again in <span aria-live="off" className="tabular font-medium">{formatClock(Math.max(0, seconds))}</span>; an administrator can also make you a link for a new password.</p>
    </div>
  );
}
