import type { Metadata } from 'next';
import { AccountTab } from '../_parts/account-tab';

export const metadata: Metadata = { title: 'Your account' };

export default function AccountSettingsPage() {
  return <AccountTab />;
}
