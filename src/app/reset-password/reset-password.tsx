'use client';

import { LoaderCircle } from 'lucide-react';
import Link from 'next/link';
import { signIn } from 'next-auth/react';
import { useCallback, useEffect, useState, type FormEvent } from 'react';
import { ask, type Refused } from '../_lib/ask';
import { fieldErrors, formError } from '../_lib/field-errors';
import { formatDateTime } from '../_lib/format';
import { AuthCard } from '../_ui/auth-card';
import { Button } from '../_ui/button';
import { Field } from '../_ui/field';
import { PasswordInput } from '../_ui/password-input';
import { Notice, Skeleton } from '../_ui/states';

interface Found { email: string; expires_at: string }

/** From the link to being signed in with a new password. */
export function ResetPassword({ token }: { token: string }) {
  const path = `/api/password-resets/${encodeURIComponent(token)}`;
  const [found, setFound] = useState<Found | null>(null);
  const [refusal, setRefusal] = useState<Refused | null>(null);

  const look = useCallback(async () => {
    setRefusal(null);
    const answer = await ask<Found>('GET', path);
    if (answer.ok) setFound(answer.data);
    else setRefusal(answer);
  }, [path]);
  useEffect(() => { void look(); }, [look]);

  if (refusal?.status === 404) {
    return (
      <AuthCard title="This link cannot be used" intro="It was used already, or has expired: such a link works for a day, once. Ask an administrator for a new one.">
        <Button asChild className="mt-6 h-10 w-full"><Link href="/login">Go to sign-in</Link></Button>
      </AuthCard>
    );
  }
  if (refusal) return <AuthCard title="The link cannot be read" intro={refusal.message}><Button className="mt-6 h-10 w-full" onClick={() => void look()}>Try again</Button></AuthCard>;
  if (!found) return <AuthCard title="New password"><div role="status" aria-label="Loading" className="mt-4 space-y-3"><Skeleton className="h-4 w-full" /><Skeleton className="h-10 w-full" /></div></AuthCard>;
  return (
    <AuthCard title="Choose a new password" intro={<>For {found.email}. Every other sign-in of yours ends.</>} footer={<>The link ends {formatDateTime(new Date(found.expires_at))}.</>}>
      <ResetForm path={path} email={found.email} />
    </AuthCard>
  );
}

function ResetForm({ path, email }: { path: string; email: string }) {
  const [refusal, setRefusal] = useState<Refused | null>(null);
  const [busy, setBusy] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const password = String(new FormData(event.currentTarget).get('password'));
    setBusy(true);
    setRefusal(null);
    const answer = await ask<{ email: string }>('POST', path, { password });
    if (!answer.ok) {
      setRefusal(answer);
      setBusy(false);
      return;
    }
    await signIn('credentials', { email: answer.data.email, password, redirect: false }).catch(() => undefined);
    window.location.assign('/');
  }

  const problem = formError(refusal, ['password']);
  return (
    <form onSubmit={submit} className="mt-6 space-y-4">
      {problem && <Notice tone="danger">{problem}</Notice>}
      <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
      <Field label="New password" error={fieldErrors(refusal).password} hint="At least 10 characters. A few words in a row are easy to keep." required>
        {(control) => <PasswordInput {...control} name="password" autoComplete="new-password" minLength={10} autoFocus className="h-10" />}
      </Field>
      <Button type="submit" variant="primary" className="h-10 w-full" disabled={busy}>{busy && <LoaderCircle aria-hidden className="animate-spin" />}Set password and sign in</Button>
    </form>
  );
}
