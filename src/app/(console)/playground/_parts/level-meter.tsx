'use client';

import { useEffect, useState } from 'react';
import { cn } from '../../../_lib/cn';
import type { PlaygroundSession } from '../_lib/playground-session';

const STEPS = [0.12, 0.26, 0.4, 0.54, 0.68, 0.82];
const READ_EVERY_MS = 80;

/** Whether the microphone hears you, and how loud; red where it would distort. */
export function LevelMeter({ session }: { session: PlaygroundSession }) {
  const [level, setLevel] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setLevel(Math.round(session.inputLevel() * 50) / 50), READ_EVERY_MS);
    return () => clearInterval(timer);
  }, [session]);
  return (
    <div role="meter" aria-label="Microphone level" aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(level * 100)} className="flex h-4 shrink-0 items-end gap-0.5 max-sm:hidden">
      {STEPS.map((step, index) => (
        <span key={step} style={{ height: `${40 + index * 12}%` }} className={cn('w-1 rounded-full transition-colors', level < step ? 'bg-line' : level > 0.95 ? 'bg-danger' : 'bg-accent')} />
      ))}
    </div>
  );
}
