import { CircleAlert, RotateCw, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { cn } from '../_lib/cn';
import { Button } from './button';

export const Skeleton = ({ className }: { className?: string }) => <div aria-hidden className={cn('animate-pulse rounded-md bg-hover', className)} />;

/** Placeholder rows; announced once as loading. */
export const LoadingRows = ({ rows = 4, label = 'Loading' }: { rows?: number; label?: string }) => (
  <div role="status" aria-label={label} className="divide-y divide-line">
    {Array.from({ length: rows }, (_, index) => (
      <div key={index} className="flex items-center gap-4 px-4 py-3.5 sm:px-5">
        <Skeleton className="size-8 rounded-lg" />
        <div className="flex-1 space-y-2"><Skeleton className="h-3.5 w-2/5" /><Skeleton className="h-3 w-3/5" /></div>
        <Skeleton className="h-3 w-14" />
      </div>
    ))}
  </div>
);

interface EmptyStateProps {
  icon: LucideIcon;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  className?: string;
}

export const EmptyState = ({ icon: Icon, title, children, action, className }: EmptyStateProps) => (
  <div className={cn('flex flex-col items-center justify-center px-6 py-12 text-center', className)}>
    <span className="mb-3 grid size-10 place-items-center rounded-xl bg-sunken text-ink-3"><Icon aria-hidden className="size-5" /></span>
    <p className="font-semibold">{title}</p>
    {children && <div className="mt-1 max-w-sm text-ink-2">{children}</div>}
    {action && <div className="mt-4">{action}</div>}
  </div>
);

export const ErrorState = ({ title, message, onRetry, className }: { title: string; message: string; onRetry?: () => void; className?: string }) => (
  <div role="alert" className={cn('flex flex-col items-center justify-center px-6 py-12 text-center', className)}>
    <span className="mb-3 grid size-10 place-items-center rounded-xl bg-danger-soft text-danger"><CircleAlert aria-hidden className="size-5" /></span>
    <p className="font-semibold">{title}</p>
    <p className="mt-1 max-w-sm text-ink-2">{message}</p>
    {onRetry && <Button className="mt-4" onClick={onRetry}><RotateCw aria-hidden />Try again</Button>}
  </div>
);

export const Notice = ({ tone, children, action }: { tone: 'danger' | 'warn'; children: ReactNode; action?: ReactNode }) => (
  <div role="alert" className={cn('rise flex items-start gap-2.5 rounded-lg px-3 py-2.5', tone === 'danger' ? 'bg-danger-soft text-danger' : 'bg-warn-soft text-warn')}>
    <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
    <div className="min-w-0 flex-1">{children}</div>
    {action}
  </div>
);
