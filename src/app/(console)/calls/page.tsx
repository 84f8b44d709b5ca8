import type { Metadata } from 'next';
import { CallsView } from './_parts/calls-view';

export const metadata: Metadata = { title: 'Calls' };

export default function CallsPage() {
  return <CallsView />;
}
