'use client';

import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '../../../_lib/trpc';
import { Card } from '../../../_ui/card';
import { ErrorState, Skeleton } from '../../../_ui/states';
import { ForAdmins } from './for-admins';
import { GeneralForm } from './general-form';
import { RetentionForm } from './retention-form';

export const WorkspaceTab = () => <ForAdmins what="These settings"><WorkspaceSettings /></ForAdmins>;

function WorkspaceSettings() {
  const trpc = useTRPC();
  const workspace = useQuery(trpc.workspaces.current.queryOptions());
  if (!workspace.data) {
    return workspace.error
      ? <Card><ErrorState title="The settings cannot be read" message={workspace.error.message} onRetry={() => void workspace.refetch()} /></Card>
      : <div role="status" aria-label="Loading the settings" className="space-y-5"><Skeleton className="h-56 rounded-xl" /><Skeleton className="h-56 rounded-xl" /></div>;
  }
  return (
    <div className="space-y-5">
      <GeneralForm workspace={workspace.data} />
      <RetentionForm workspace={workspace.data} />
    </div>
  );
}
