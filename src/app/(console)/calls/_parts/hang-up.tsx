'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { PhoneOff } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import type { CallSummary } from '@/server/calls/contract';
import { useTRPC } from '../../../_lib/trpc';
import { Button } from '../../../_ui/button';
import { Confirm } from '../../../_ui/confirm';
import { useToasts } from '../../../_ui/toast';
import { otherParty } from '../_lib/call-words';

/** Takes a waiting call out of the line, or ends a live one; asks before. */
export function HangUp({ call, iconOnly = false }: { call: CallSummary; iconOnly?: boolean }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const toasts = useToasts();
  const [open, setOpen] = useState(false);
  const cancel = useMutation(trpc.calls.cancel.mutationOptions({
    onSuccess: async ({ message }) => {
      setOpen(false);
      toasts.done(message);
      await queryClient.invalidateQueries({ queryKey: trpc.calls.pathKey() });
    },
  }));
  const waiting = call.state === 'queued';
  const words = waiting ? 'Cancel the call' : 'Hang up';
  const who = otherParty(call);
  const change = (next: boolean) => { setOpen(next); cancel.reset(); };
  const trigger: ReactElement = iconOnly
    ? <Button variant="ghost" size="icon-sm" aria-label={`${words}: ${who}`} title={words} onClick={() => change(true)}><PhoneOff aria-hidden /></Button>
    : <Button variant="danger" onClick={() => change(true)}><PhoneOff aria-hidden />{words}</Button>;
  return (
    <>
      {trigger}
      <Confirm open={open} onOpenChange={change} title={waiting ? `Cancel the call to ${who}?` : `Hang up on ${who}?`} action={words} busy={cancel.isPending} problem={cancel.error?.message} onConfirm={() => cancel.mutate({ call_id: call.call_id })}>
        {waiting ? 'It has not been dialled, and will not be.' : 'The call ends at once. What was said so far is kept.'}
      </Confirm>
    </>
  );
}
