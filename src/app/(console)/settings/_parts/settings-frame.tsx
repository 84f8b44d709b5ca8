'use client';

import type { ReactNode } from 'react';
import { LinkTabs } from '../../../_ui/link-tabs';
import { Page, PageHeader } from '../../_components/page';
import { useMay } from '../../_shell/use-me';

const OF_THE_WORKSPACE = [
  { href: '/settings', label: 'Workspace' },
  { href: '/settings/providers', label: 'Providers' },
  { href: '/settings/privacy', label: 'Privacy' },
];

/** Everybody has an account; the rest is for admins. */
export function SettingsFrame({ children }: { children: ReactNode }) {
  const may = useMay('admin');
  return (
    <Page>
      <PageHeader title="Settings" />
      <LinkTabs label="Settings" tabs={[...(may ? OF_THE_WORKSPACE : []), { href: '/settings/account', label: 'Your account' }]} />
      <div className="max-w-4xl">{children}</div>
    </Page>
  );
}
