'use client';

import { Check, Copy } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { Button } from './button';

const THANKS_MS = 1_800;

/** Without a secure context there is no clipboard: then the words are selected, for the person's own Ctrl-C. */
async function copy(text: string, from: Element | null): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const source = from?.closest('[data-copyable]')?.querySelector('[data-copy-source]');
    if (source) window.getSelection()?.selectAllChildren(source);
    return false;
  }
}

export function CopyButton({ text, label = 'Copy', iconOnly = false, className }: { text: string; label?: string; iconOnly?: boolean; className?: string }) {
  const [state, setState] = useState<'idle' | 'copied' | 'selected'>('idle');
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const words = { idle: label, copied: 'Copied', selected: 'Press Ctrl+C' }[state];
  const icon = state === 'copied' ? <Check aria-hidden className="text-ok" /> : <Copy aria-hidden />;
  return (
    <Button
      size={iconOnly ? 'icon-sm' : 'sm'}
      variant={iconOnly ? 'ghost' : 'secondary'}
      className={className}
      aria-label={iconOnly ? words : undefined}
      title={iconOnly ? words : undefined}
      onClick={async (event) => {
        setState((await copy(text, event.currentTarget)) ? 'copied' : 'selected');
        clearTimeout(timer.current);
        timer.current = setTimeout(() => setState('idle'), THANKS_MS);
      }}
    >
      {icon}{!iconOnly && <span aria-live="polite">{words}</span>}
    </Button>
  );
}
