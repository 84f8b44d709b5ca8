'use client';

import { LoaderCircle } from 'lucide-react';
import Link from 'next/link';
import { signIn, signOut } from 'next-auth/react';
import { useCallback, useEffect, useState, type FormEvent } from 'react';
import type { InvitationLookup } from '@/server/people/contract';
import { ask, type Refused } from '../_lib/ask';
import { fieldErrors, formError } from '../_lib/field-errors';
import { formatDateTime } from '../_lib/format';
import { AuthCard } from '../_ui/auth-card';
import { Button } from '../_ui/button';
import { Field } from '../_ui/field';
import { Input } from '../_ui/input';
import { PasswordInput } from '../_ui/password-input';
import { ROLE_WORDS } from '../_ui/role-badge';
import { Notice, Skeleton } from '../_ui/states';

/** From the link to being signed in: a new person chooses a name and a password, one with an account gives theirs. */
export function AcceptInvitation({ token }: { token: string }) {
  const path = `/api/invitations/by-token/${encodeURIComponent(token)}`;
  const [invitation, setInvitation] = useState<InvitationLookup | null>(null);
  /** Who is signed in in this browser, if anybody. */
  const [current, setCurrent] = useState<string | null>(null);
  const [refusal, setRefusal] = useState<Refused | null>(null);

  const look = useCallback(async () => {
    setRefusal(null);
    const [found, me] = await Promise.all([ask<InvitationLookup>('GET', path), currentPerson()]);
    setCurrent(me);
    if (found.ok) setInvitation(found.data);
    else setRefusal(found);
  }, [path]);
  useEffect(() => { void look(); }, [look]);

  if (refusal) return <NoInvitation refusal={refusal} onRetry={() => void look()} />;
  if (!invitation) return <AuthCard title="Invitation"><div role="status" aria-label="Loading the invitation" className="mt-4 space-y-3"><Skeleton className="h-4 w-full" /><Skeleton className="h-10 w-full" /><Skeleton className="h-10 w-full" /></div></AuthCard>;
  return (
    <AuthCard
      title={`Join ${invitation.workspace_name}`}
      intro={<>As <b className="font-medium text-ink">{ROLE_WORDS[invitation.role].label}</b>: {lowerFirst(ROLE_WORDS[invitation.role].hint)}</>}
      footer={<>The invitation is for {invitation.email} and ends {formatDateTime(new Date(invitation.expires_at))}.</>}
    >
      {current !== null && current !== invitation.email
        ? <OtherPerson current={current} invited={invitation.email} />
        : <AcceptForm path={path} invitation={invitation} signedIn={current === invitation.email} />}
    </AuthCard>
  );
}

async function currentPerson(): Promise<string | null> {
  const session = await ask<{ user?: { email?: string } }>('GET', '/api/auth/session');
  return (session.ok && session.data.user?.email) || null;
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

function AcceptForm({ path, invitation, signedIn }: { path: string; invitation: InvitationLookup; signedIn: boolean }) {
  const [refusal, setRefusal] = useState<Refused | null>(null);
  const [busy, setBusy] = useState(false);
  const errors = fieldErrors(refusal);
  const isNew = !invitation.has_account;

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const password = String(form.get('password') ?? '');
    setBusy(true);
    setRefusal(null);
    const answer = await ask<{ email: string }>('POST', `${path}/accept`, { ...(isNew ? { name: String(form.get('name')) } : {}), ...(signedIn ? {} : { password }) });
    if (!answer.ok) {
      setRefusal(answer);
      setBusy(false);
      return;
    }
    if (!signedIn) await signIn('credentials', { email: answer.data.email, password, redirect: false }).catch(() => undefined);
    window.location.assign('/'); // not signed in after all? that page asks for it
  }

  const problem = refusal?.status === 401 ? 'That is not the password of this account.' : formError(refusal, isNew ? ['name', 'password'] : ['password']);
  return (
    <form onSubmit={submit} className="mt-6 space-y-4">
      {problem && <Notice tone="danger">{problem}</Notice>}
      <input type="hidden" name="username" autoComplete="username" value={invitation.email} readOnly />
      {isNew && (
        <Field label="Your name" error={errors.name} required>
          {(control) => <Input {...control} name="name" autoComplete="name" maxLength={100} autoFocus className="h-10" />}
        </Field>
      )}
      {!signedIn && (
        <Field label={isNew ? 'Choose a password' : 'Your password'} error={errors.password} hint={isNew ? 'At least 10 characters. A few words in a row are easy to keep.' : `Of your account ${invitation.email}.`} required>
          {(control) => <PasswordInput {...control} name="password" autoComplete={isNew ? 'new-password' : 'current-password'} minLength={isNew ? 10 : undefined} autoFocus={!isNew} className="h-10" />}
        </Field>
      )}
      <Button type="submit" variant="primary" className="h-10 w-full" disabled={busy}>
        {busy && <LoaderCircle aria-hidden className="animate-spin" />}{isNew ? 'Create account and join' : 'Join'}
      </Button>
    </form>
  );
}

const OtherPerson = ({ current, invited }: { current: string; invited: string }) => (
  <div className="mt-6 space-y-4">
    <Notice tone="warn">You are signed in as {current}, but the invitation is for {invited}.</Notice>
    <Button className="h-10 w-full" onClick={() => void signOut({ callbackUrl: window.location.pathname })}>Sign out and go on</Button>
  </div>
);

const NoInvitation = ({ refusal, onRetry }: { refusal: Refused; onRetry: () => void }) => (refusal.status === 404
  ? (
    <AuthCard
      title="This invitation cannot be used"
      intro="It was used already, taken back, or has expired: invitations work for seven days, once. Ask whoever sent it for a new link."
    >
      <Button asChild className="mt-6 h-10 w-full"><Link href="/login">Go to sign-in</Link></Button>
    </AuthCard>
  )
  : <AuthCard title="The invitation cannot be read" intro={refusal.message}><Button className="mt-6 h-10 w-full" onClick={onRetry}>Try again</Button></AuthCard>);
