import type { Metadata } from 'next';
import { TrunkView } from '../_parts/trunk-view';

export const metadata: Metadata = { title: 'Trunk' };

export default async function TrunkPage({ params }: { params: Promise<{ id: string }> }) {
  return <TrunkView id={(await params).id} />;
}
