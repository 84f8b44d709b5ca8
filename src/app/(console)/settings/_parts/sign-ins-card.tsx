'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Monitor, Smartphone } from 'lucide-react';
import { useTRPC } from '../../../_lib/trpc';
import { useStandingError } from '../../../_lib/use-standing-error';
import { Badge } from '../../../_ui/badge';
import { Button } from '../../../_ui/button';
import { Card, CardHeader } from '../../../_ui/card';
import { ErrorState, LoadingRows } from '../../../_ui/states';
import { useToasts } from '../../../_ui/toast';
import { When } from '../../../_ui/when';
import { browserName, isPhone } from './browser-name';

/** Where one is signed in. The current one ends by signing out. */
export function SignInsCard() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const toasts = useToasts();
  const list = useQuery(trpc.me.signIns.queryOptions(undefined, { refetchInterval: 30_000 }));
  const problem = useStandingError(list);
  const revoke = useMutation(trpc.me.revokeSignIn.mutationOptions({
    onSuccess: () => toasts.done('That sign-in ended.'),
    onError: (error) => toasts.failed(error.message),
    onSettled: () => queryClient.invalidateQueries({ queryKey: trpc.me.signIns.queryKey() }),
  }));
  return (
    <Card aria-labelledby="sign-ins-title" className="overflow-hidden">
      <CardHeader id="sign-ins-title" title="Where you are signed in" />
      {!list.data && (problem ? <ErrorState title="Your sign-ins cannot be read" message={problem.message} onRetry={() => void list.refetch()} /> : <LoadingRows rows={2} label="Loading your sign-ins" />)}
      {list.data && (
        <ul className="divide-y divide-line">
          {list.data.sign_ins.map((signIn) => {
            const name = browserName(signIn.user_agent) ?? 'Unknown browser';
            const Icon = isPhone(signIn.user_agent) ? Smartphone : Monitor;
            return (
              <li key={signIn.id} className="flex items-center gap-3 px-4 py-3 sm:px-5">
                <span aria-hidden className="grid size-8 shrink-0 place-items-center rounded-lg bg-sunken text-ink-2"><Icon className="size-4" /></span>
                <div className="min-w-0 flex-1">
                  <p className="flex flex-wrap items-center gap-2"><span className="font-medium" title={signIn.user_agent}>{name}</span>{signIn.is_current && <Badge tone="ok">This one</Badge>}</p>
                  <p className="text-xs text-ink-3">{signIn.address && <><span className="tabular">{signIn.address}</span> · </>}seen <When at={signIn.last_seen_at} /> · signed in <When at={signIn.created_at} /></p>
                </div>
                {!signIn.is_current && <Button size="sm" variant="danger" disabled={revoke.isPending} aria-label={`End the sign-in of ${name}`} onClick={() => revoke.mutate({ sign_in_id: signIn.id })}>End</Button>}
              </li>
            );
          })}
        </ul>
      )}
    </Card>
  );
}
