import type { Metadata } from 'next';
import { TrunksView } from './_parts/trunks-view';

export const metadata: Metadata = { title: 'Trunks' };

export default function TrunksPage() {
  return <TrunksView />;
}
