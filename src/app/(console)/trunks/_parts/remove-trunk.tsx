'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Trunk } from '@/server/telephony/contract';
import { useTRPC } from '../../../_lib/trpc';
import { Confirm } from '../../../_ui/confirm';
import { useToasts } from '../../../_ui/toast';

interface RemoveTrunkProps {
  /** Null: nothing is asked. */
  trunk: Trunk | null;
  onClose: () => void;
  onRemoved?: () => void;
}

export function RemoveTrunk({ trunk, onClose, onRemoved }: RemoveTrunkProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const toasts = useToasts();
  const remove = useMutation(trpc.telephony.removeTrunk.mutationOptions({
    onSuccess: async () => {
      if (trunk) toasts.done(`${trunk.name} was removed.`);
      onRemoved?.();
      onClose();
      await queryClient.invalidateQueries({ queryKey: trpc.telephony.trunks.queryKey() });
      await queryClient.invalidateQueries({ queryKey: trpc.telephony.rules.queryKey() });
    },
  }));
  return (
    <Confirm
      open={trunk !== null} onOpenChange={(open) => { if (!open) { remove.reset(); onClose(); } }} title={`Remove ${trunk?.name ?? ''}?`} action="Remove trunk"
      busy={remove.isPending} problem={remove.error?.message} onConfirm={() => { if (trunk) remove.mutate({ trunk_id: trunk.id }); }}
    >
      <p>Calls no longer come or go over it, its passwords are forgotten, and dispatch rules that name it go with it. Records of its calls stay.</p>
    </Confirm>
  );
}
