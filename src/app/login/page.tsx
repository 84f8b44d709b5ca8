import type { Metadata } from 'next';
import { Logo } from '../_ui/logo';
import { LoginForm } from './login-form';

export const metadata: Metadata = { title: 'Sign in' };

/** Only paths of our own: whoever signs in must not be sent to somebody else's page. */
const ownPath = (value: string | string[] | undefined): string =>
  typeof value === 'string' && /^\/(?![/\\])/.test(value) ? value : '/';

export default async function LoginPage({ searchParams }: { searchParams: Promise<Record<string, string | string[] | undefined>> }) {
  const { next } = await searchParams;
  return (
    <main className="grid min-h-dvh place-items-center px-4 py-10">
      <div className="w-full max-w-sm">
        <div className="mb-8 flex justify-center"><Logo className="text-xl" /></div>
        <div className="rounded-2xl border border-line bg-surface p-6 shadow-card sm:p-8">
          <h1 className="text-lg font-semibold">Sign in</h1>
          <p className="mt-1 text-ink-2">Your agents, conversations and devices.</p>
          <LoginForm next={ownPath(next)} />
        </div>
        <p className="mt-5 text-center text-[0.8125rem] text-ink-3">
          The first administrator’s password was printed when Parley started for the first time.
        </p>
      </div>
    </main>
  );
}
