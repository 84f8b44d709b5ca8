import type { Metadata } from 'next';
import { WorkspaceTab } from './_parts/workspace-tab';

export const metadata: Metadata = { title: 'Workspace' };

export default function WorkspaceSettingsPage() {
  return <WorkspaceTab />;
}
