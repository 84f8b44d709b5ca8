'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTRPC } from '../../../_lib/trpc';
import { useToasts } from '../../../_ui/toast';

/** The shell shows the name, the forms what is kept: both are renewed. */
export function useUpdateWorkspace() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const toasts = useToasts();
  return useMutation(trpc.workspaces.update.mutationOptions({
    onSuccess: async (saved) => {
      queryClient.setQueryData(trpc.workspaces.current.queryKey(), saved);
      toasts.done('Saved.');
      await queryClient.invalidateQueries({ queryKey: trpc.me.get.queryKey() });
    },
  }));
}
