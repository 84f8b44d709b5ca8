'use client';

import { ArrowUp, CircleStop, LoaderCircle, Mic, MicOff, Volume2, VolumeOff } from 'lucide-react';
import { useRef, useState, type FormEvent, type KeyboardEvent } from 'react';
import { cn } from '../../../_lib/cn';
import { Button } from '../../../_ui/button';
import { Tooltip } from '../../../_ui/tooltip';
import type { PlaygroundSession, PlaygroundSnapshot } from '../_lib/playground-session';
import { hasOpenReply } from '../_lib/thread';
import { LevelMeter } from './level-meter';
import { StatusWords } from './status-words';
import { Waveform } from './waveform';

const MAX_CHARACTERS = 8000;

interface ComposerProps {
  session: PlaygroundSession;
  snapshot: PlaygroundSnapshot;
  /** Beside a form: no meter, no words on the button, and Space belongs to the form. */
  compact?: boolean;
}

/** Words and voice in one place: what is typed and what is spoken go to the same conversation. */
export function Composer({ session, snapshot, compact = false }: ComposerProps) {
  const [text, setText] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);
  const answering = snapshot.playing || hasOpenReply(snapshot.thread);

  const send = () => {
    const words = text.trim();
    if (!words) return;
    session.sendText(words);
    setText('');
    field.current?.focus();
  };
  const onSubmit = (event: FormEvent) => { event.preventDefault(); send(); };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };

  return (
    <div className="rounded-2xl border border-line bg-surface shadow-card focus-within:border-line-strong">
      <div className="flex h-11 items-center gap-3 border-b border-line px-4">
        <StatusWords snapshot={snapshot} />
        <Waveform session={session} className="h-7 min-w-0 flex-1" />
        {!compact && snapshot.mode === 'push' && <p className="hidden shrink-0 text-xs text-ink-3 lg:block pointer-coarse:hidden">Hold <kbd className="rounded border border-line px-1 py-px font-sans">Space</kbd> to talk</p>}
        {!compact && <LevelMeter session={session} />}
        <Tooltip content={snapshot.muted ? 'Hear the replies' : 'Mute the replies'}>
          <Button variant="ghost" size="icon-sm" aria-pressed={snapshot.muted} aria-label="Mute the replies" onClick={() => session.setMuted(!snapshot.muted)}>
            {snapshot.muted ? <VolumeOff aria-hidden /> : <Volume2 aria-hidden />}
          </Button>
        </Tooltip>
      </div>
      <form onSubmit={onSubmit} className="flex items-end gap-2 p-2">
        <TalkButton session={session} snapshot={snapshot} compact={compact} />
        <textarea
          ref={field}
          rows={1}
          value={text}
          maxLength={MAX_CHARACTERS}
          aria-label="Message"
          placeholder="Write a message"
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKeyDown}
          className="field-sizing-content max-h-40 min-h-11 min-w-0 flex-1 resize-none rounded-lg bg-transparent px-2 py-2.5 text-[0.9375rem] leading-6 placeholder:text-ink-3 focus-visible:outline-none"
        />
        {answering && (
          <Tooltip content="Stop the reply (Esc)">
            <Button size="lg" className="w-11 px-0" aria-label="Stop the reply" aria-keyshortcuts="Escape" onClick={() => session.interrupt()}><CircleStop aria-hidden className="text-danger" /></Button>
          </Tooltip>
        )}
        <Button type="submit" size="lg" variant={text.trim() ? 'primary' : 'secondary'} className="w-11 px-0" aria-label="Send" disabled={!text.trim()}><ArrowUp aria-hidden /></Button>
      </form>
    </div>
  );
}

function TalkButton({ session, snapshot, compact = false }: ComposerProps) {
  const opening = snapshot.microphone === 'opening';
  if (snapshot.mode === 'hands-free') {
    const on = snapshot.microphone === 'on';
    return (
      <Button size="lg" variant={on ? 'danger' : 'primary'} className="px-4" aria-pressed={on} onClick={() => void session.toggleMicrophone()}>
        {opening ? <LoaderCircle aria-hidden className="animate-spin" /> : on ? <MicOff aria-hidden /> : <Mic aria-hidden />}
        <span>{on ? 'Stop' : 'Start'}<span className="max-sm:sr-only"> listening</span></span>
      </Button>
    );
  }
  const release = () => session.release();
  return (
    <Button
      size="lg"
      variant="primary"
      aria-pressed={snapshot.holding}
      aria-keyshortcuts={compact ? undefined : 'Space'}
      title={compact ? 'Hold to talk' : undefined}
      className={cn('touch-none px-4', compact && 'w-11 px-0', snapshot.holding && 'ring-4 ring-accent/30')}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId); // released anywhere, it is released
        void session.hold();
      }}
      onPointerUp={release}
      onPointerCancel={release}
      onKeyDown={(event) => {
        if (event.key !== ' ' && event.key !== 'Enter') return;
        event.preventDefault();
        if (!event.repeat) void session.hold();
      }}
      onKeyUp={(event) => { if (event.key === ' ' || event.key === 'Enter') release(); }}
      onContextMenu={(event) => event.preventDefault()} // a long press on a phone
    >
      {opening ? <LoaderCircle aria-hidden className="animate-spin" /> : <Mic aria-hidden />}
      <span className={compact ? 'sr-only' : 'max-sm:sr-only'}>{snapshot.holding ? 'Release to send' : 'Hold to talk'}</span>
    </Button>
  );
}
