'use client';

import { Eye, EyeOff, LoaderCircle } from 'lucide-react';
import { signIn } from 'next-auth/react';
import { useState, type FormEvent } from 'react';
import { Button } from '../_ui/button';
import { Input } from '../_ui/input';
import { Notice } from '../_ui/states';

const WRONG = 'Wrong e-mail or password.';
/** next-auth's own codes; anything else is a sentence from our server. */
const CODES: Record<string, string> = { CredentialsSignin: WRONG, Configuration: 'Sign-in is not configured on this server.' };

const wordsFor = (error: string): string => CODES[error] ?? (/\s/.test(error) ? error : 'Sign-in failed. Try again.');

export function LoginForm({ next }: { next: string }) {
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [shown, setShown] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setProblem(null);
    try {
      const result = await signIn('credentials', { email: form.get('email'), password: form.get('password'), redirect: false });
      if (result?.ok && !result.error) {
        window.location.assign(next); // a whole load: every cached answer belonged to nobody
        return;
      }
      setProblem(wordsFor(result?.error ?? ''));
    } catch {
      setProblem('The server cannot be reached. Is Parley running?');
    }
    setBusy(false);
  }

  const invalid = problem === WRONG || undefined;
  return (
    <form onSubmit={submit} className="mt-6 space-y-4">
      {problem && <Notice tone="danger">{problem}</Notice>}
      <div>
        <label htmlFor="email" className="mb-1.5 block font-medium">E-mail</label>
        <Input id="email" name="email" type="email" autoComplete="username" required autoFocus aria-invalid={invalid} className="h-10" />
      </div>
      <div>
        <label htmlFor="password" className="mb-1.5 block font-medium">Password</label>
        <div className="relative">
          <Input id="password" name="password" type={shown ? 'text' : 'password'} autoComplete="current-password" required aria-invalid={invalid} className="h-10 pr-11" />
          <Button variant="ghost" size="icon-sm" className="absolute top-1 right-1" aria-label={shown ? 'Hide the password' : 'Show the password'} onClick={() => setShown(!shown)}>
            {shown ? <EyeOff aria-hidden /> : <Eye aria-hidden />}
          </Button>
        </div>
      </div>
      <Button type="submit" variant="primary" className="h-10 w-full" disabled={busy}>
        {busy && <LoaderCircle aria-hidden className="animate-spin" />}
        {busy ? 'Signing in…' : 'Sign in'}
      </Button>
    </form>
  );
}
