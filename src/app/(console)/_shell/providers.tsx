'use client';

import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createTRPCClient, httpBatchLink, TRPCClientError } from '@trpc/client';
import { useState, type ReactNode } from 'react';
import type { AppRouter } from '@/server/api/root-router';
import { TRPCProvider } from '../../_lib/trpc';
import { ToastProvider } from '../../_ui/toast';
import { TooltipProvider } from '../../_ui/tooltip';

const statusOf = (error: unknown): number | undefined =>
  error instanceof TRPCClientError ? (error.data as { httpStatus?: number } | null)?.httpStatus : undefined;

/** A sign-in that ended (or never began) leads to the sign-in page and back to where one was. */
function toSignIn(error: unknown): void {
  if (statusOf(error) !== 401) return;
  window.location.replace(`/login?next=${encodeURIComponent(window.location.pathname + window.location.search)}`);
}

const createQueryClient = () =>
  new QueryClient({
    queryCache: new QueryCache({ onError: toSignIn }),
    mutationCache: new MutationCache({ onError: toSignIn }), // on the cache: a mutation's own onError comes on top of it, not instead
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        // What the server refused will be refused again; what failed may pass.
        retry: (failures, error) => failures < 2 && (statusOf(error) ?? 500) >= 500,
      },
    },
  });

export function Providers({ children }: { children: ReactNode }) {
  const [queryClient] = useState(createQueryClient);
  const [trpcClient] = useState(() => createTRPCClient<AppRouter>({ links: [httpBatchLink({ url: '/api/trpc' })] }));
  return (
    <QueryClientProvider client={queryClient}>
      <TRPCProvider trpcClient={trpcClient} queryClient={queryClient}>
        <TooltipProvider delayDuration={300}><ToastProvider>{children}</ToastProvider></TooltipProvider>
      </TRPCProvider>
    </QueryClientProvider>
  );
}
