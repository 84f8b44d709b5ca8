import type { Metadata } from 'next';
import { PrivacyTab } from '../_parts/privacy-tab';

export const metadata: Metadata = { title: 'Privacy' };

export default function PrivacySettingsPage() {
  return <PrivacyTab />;
}
