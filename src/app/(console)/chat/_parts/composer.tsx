'use client';

import { ArrowUp, CircleStop, Mic, Paperclip } from 'lucide-react';
import { useRef, useState, type ClipboardEvent, type FormEvent, type KeyboardEvent } from 'react';
import { Button } from '../../../_ui/button';
import { Tooltip } from '../../../_ui/tooltip';
import type { ChatSession, ChatSnapshot } from '../_lib/chat-session';
import { isUploading, readyFiles } from '../_lib/tray';
import { Tray } from './tray';

const MAX_CHARACTERS = 100_000;
/** What the file chooser offers first; the server decides by what a file is, not by its name. */
const OFFERED = '.pdf,.docx,.txt,.md,.csv,image/png,image/jpeg,image/webp,image/gif';

interface ComposerProps {
  session: ChatSession;
  snapshot: ChatSnapshot;
  onSpeak: () => void;
  onEditLast: () => void;
}

export function Composer({ session, snapshot, onSpeak, onEditLast }: ComposerProps) {
  const [text, setText] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);
  const chooser = useRef<HTMLInputElement>(null);
  const { state, tray, conversation } = snapshot;
  const answering = state === 'answering' || state === 'reconnecting';
  const maySend = state === 'ready' && !isUploading(tray) && !conversation?.isLive && (text.trim() !== '' || readyFiles(tray).length > 0);

  const send = () => {
    if (!maySend || !session.send(text)) return;
    setText('');
    field.current?.focus();
  };
  const onSubmit = (event: FormEvent) => { event.preventDefault(); send(); };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      send();
    } else if (event.key === 'ArrowUp' && text === '' && state === 'ready') {
      event.preventDefault();
      onEditLast();
    }
  };
  const onPaste = (event: ClipboardEvent) => {
    const files = [...event.clipboardData.files];
    if (files.length === 0) return; // words
    event.preventDefault();
    session.attach(files);
  };

  return (
    <form onSubmit={onSubmit} className="rounded-2xl border border-line bg-surface shadow-card focus-within:border-line-strong">
      <Tray tray={tray} onRemove={(key) => session.detach(key)} onRetry={(key) => session.attachAgain(key)} />
      <textarea
        ref={field}
        rows={1}
        value={text}
        maxLength={MAX_CHARACTERS}
        autoFocus
        aria-label="Message"
        placeholder="Write a message"
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
        className="field-sizing-content block max-h-52 min-h-12 w-full resize-none rounded-t-2xl bg-transparent px-4 pt-3 pb-1 text-[0.9375rem] leading-6 placeholder:text-ink-3 focus-visible:outline-none"
      />
      <div className="flex items-center gap-1 px-2 pb-2">
        <input ref={chooser} type="file" multiple hidden accept={OFFERED} aria-label="Files to send along" onChange={(event) => { session.attach([...event.target.files ?? []]); event.target.value = ''; }} />
        <Tooltip content="Attach files"><Button variant="ghost" size="icon" aria-label="Attach files" onClick={() => chooser.current?.click()}><Paperclip aria-hidden /></Button></Tooltip>
        <Tooltip content="Speak in this thread"><Button variant="ghost" size="icon" aria-label="Speak in this thread" disabled={state !== 'ready' || conversation?.isLive === true} onClick={onSpeak}><Mic aria-hidden /></Button></Tooltip>
        <span className="flex-1" />
        {answering
          ? <Tooltip content="Stop the answer (Esc)"><Button size="icon" aria-label="Stop the answer" aria-keyshortcuts="Escape" onClick={() => session.stop()}><CircleStop aria-hidden className="text-danger" /></Button></Tooltip>
          : <Button type="submit" size="icon" variant={maySend ? 'primary' : 'secondary'} aria-label="Send" disabled={!maySend}><ArrowUp aria-hidden /></Button>}
      </div>
    </form>
  );
}
