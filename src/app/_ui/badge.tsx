import { cva, type VariantProps } from 'class-variance-authority';
import type { ComponentProps } from 'react';
import { cn } from '../_lib/cn';

const styles = cva('inline-flex items-center gap-1.5 rounded-full px-2 py-0.5 text-xs font-medium whitespace-nowrap [&_svg]:size-3', {
  variants: {
    tone: {
      neutral: 'bg-sunken text-ink-2',
      accent: 'bg-accent-soft text-accent-ink',
      ok: 'bg-ok-soft text-ok',
      warn: 'bg-warn-soft text-warn',
      danger: 'bg-danger-soft text-danger',
    },
  },
  defaultVariants: { tone: 'neutral' },
});

export type Tone = NonNullable<VariantProps<typeof styles>['tone']>;

const DOTS: Record<Tone, string> = { neutral: 'bg-ink-3', accent: 'bg-accent', ok: 'bg-ok', warn: 'bg-warn', danger: 'bg-danger' };

export const Dot = ({ tone = 'neutral', pulse = false, className }: { tone?: Tone; pulse?: boolean; className?: string }) => (
  <span aria-hidden className={cn('inline-block size-1.5 shrink-0 rounded-full', DOTS[tone], pulse && 'animate-pulse', className)} />
);

export function Badge({ className, tone, ...rest }: ComponentProps<'span'> & VariantProps<typeof styles>) {
  return <span className={cn(styles({ tone }), className)} {...rest} />;
}
