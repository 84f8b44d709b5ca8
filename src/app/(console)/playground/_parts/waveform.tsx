'use client';

import { useEffect, useRef } from 'react';
import { cn } from '../../../_lib/cn';
import type { PlaygroundSession } from '../_lib/playground-session';

const BAR_PIXELS = 3;
const GAP_PIXELS = 2;
/** One bar a step: fast enough to follow syllables, slow enough to read. */
const STEP_MS = 50;

/** The last seconds of both voices: yours in the accent colour, the agent's in ink. Levels are read, never stored. */
export function Waveform({ session, className }: { session: PlaygroundSession; className?: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current;
    const drawing = element?.getContext('2d');
    if (!element || !drawing) return;
    const bars: { level: number; mine: boolean }[] = [];
    let frame = 0;
    let last = 0;
    const draw = (now: number) => {
      frame = requestAnimationFrame(draw);
      if (now - last < STEP_MS) return;
      last = now;
      const mine = session.inputLevel();
      const theirs = session.outputLevel();
      const scale = window.devicePixelRatio || 1;
      const width = element.clientWidth;
      const height = element.clientHeight;
      if (element.width !== Math.round(width * scale) || element.height !== Math.round(height * scale)) {
        element.width = Math.round(width * scale);
        element.height = Math.round(height * scale);
      }
      const room = Math.floor(width / (BAR_PIXELS + GAP_PIXELS));
      bars.push({ level: Math.max(mine, theirs), mine: mine >= theirs });
      bars.splice(0, Math.max(0, bars.length - room));
      const style = getComputedStyle(element);
      const colors = { mine: style.getPropertyValue('--accent'), theirs: style.getPropertyValue('--ink-2'), quiet: style.getPropertyValue('--line') };
      drawing.setTransform(scale, 0, 0, scale, 0, 0);
      drawing.clearRect(0, 0, width, height);
      for (let index = 0; index < room; index++) {
        const bar = bars[bars.length - room + index];
        const size = Math.max(BAR_PIXELS, (bar?.level ?? 0) * height);
        drawing.fillStyle = !bar || bar.level < 0.08 ? colors.quiet : bar.mine ? colors.mine : colors.theirs;
        drawing.beginPath();
        drawing.roundRect(index * (BAR_PIXELS + GAP_PIXELS), (height - size) / 2, BAR_PIXELS, size, BAR_PIXELS / 2);
        drawing.fill();
      }
    };
    frame = requestAnimationFrame(draw);
    return () => cancelAnimationFrame(frame);
  }, [session]);
  return <canvas ref={canvas} aria-hidden className={cn('block w-full', className)} />;
}
