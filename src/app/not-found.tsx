import { Compass } from 'lucide-react';
import type { Metadata } from 'next';
import Link from 'next/link';
import { EmptyState } from './_ui/states';

export const metadata: Metadata = { title: 'Not found' };

export default function NotFound() {
  return (
    <main className="grid min-h-dvh place-items-center">
      <EmptyState icon={Compass} title="There is nothing here" action={<Link href="/" className="font-medium text-accent-ink underline underline-offset-2">Go to the home page</Link>}>
        The address may be mistyped, or what it named was deleted.
      </EmptyState>
    </main>
  );
}
