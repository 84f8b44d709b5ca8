import type { Metadata } from 'next';
import { AuthCard } from '../_ui/auth-card';
import { LoginForm } from './login-form';

export const metadata: Metadata = { title: 'Sign in' };

/** Only paths of our own: whoever signs in must not be sent to somebody else's page. */
const ownPath = (value: string | string[] | undefined): string =>
  typeof value === 'string' && /^\/(?![/\\])/.test(value) ? value : '/';

export default async function LoginPage({ searchParams }: { searchParams: Promise<Record<string, string | string[] | undefined>> }) {
  const { next, error } = await searchParams;
  return (
    <AuthCard
      title="Sign in"
      intro="Your agents, conversations and devices."
      footer={<>The first administrator’s password was printed when Parley started for the first time. Forgotten yours? Any administrator can make you a link for a new one.</>}
    >
      <LoginForm next={ownPath(next)} error={typeof error === 'string' ? error : undefined} />
    </AuthCard>
  );
}
