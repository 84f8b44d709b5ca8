'use client';

import { Tooltip as Radix } from 'radix-ui';
import type { ReactElement, ReactNode } from 'react';

export const TooltipProvider = Radix.Provider;

export const Tooltip = ({ content, children, side = 'top' }: { content: ReactNode; children: ReactElement; side?: 'top' | 'right' | 'bottom' | 'left' }) => (
  <Radix.Root>
    <Radix.Trigger asChild>{children}</Radix.Trigger>
    <Radix.Portal>
      <Radix.Content side={side} sideOffset={6} className="rise z-50 max-w-72 rounded-lg bg-ink px-2.5 py-1.5 text-xs text-bg shadow-pop">
        {content}
      </Radix.Content>
    </Radix.Portal>
  </Radix.Root>
);
