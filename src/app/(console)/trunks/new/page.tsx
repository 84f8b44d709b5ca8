import type { Metadata } from 'next';
import { NewTrunkView } from '../_parts/new-trunk-view';

export const metadata: Metadata = { title: 'New trunk' };

export default function NewTrunkPage() {
  return <NewTrunkView />;
}
