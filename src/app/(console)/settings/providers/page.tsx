import type { Metadata } from 'next';
import { ProvidersTab } from '../_parts/providers-tab';

export const metadata: Metadata = { title: 'Providers' };

export default function ProvidersSettingsPage() {
  return <ProvidersTab />;
}
