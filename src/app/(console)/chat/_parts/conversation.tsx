'use client';

import { ArrowDown, Paperclip } from 'lucide-react';
import Link from 'next/link';
import { useEffect, useState, type DragEvent } from 'react';
import { Button } from '../../../_ui/button';
import { ErrorState, Notice } from '../../../_ui/states';
import { MicrophoneNotice } from '../../playground/_parts/microphone-notice';
import { isAnswering, type ChatSession, type ChatSnapshot } from '../_lib/chat-session';
import { useFollow } from '../_lib/use-follow';
import { useVoice } from '../_lib/use-voice';
import { Announcer } from './announcer';
import { ChatLog } from './chat-log';
import { Composer } from './composer';
import { VoiceBar } from './voice-bar';

/** The open thread with what is written below it; files may be dropped anywhere on it. */
export function Conversation({ session, snapshot }: { session: ChatSession; snapshot: ChatSnapshot }) {
  const voice = useVoice(session);
  const follow = useFollow();
  const [editing, setEditing] = useState<string | null>(null);
  const { dropping, ...drop } = useDrop(session);
  const { conversation, thread, state, problem } = snapshot;
  const answering = isAnswering(snapshot);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      if (event.target instanceof Element && event.target.closest('[role="dialog"], [role="alertdialog"], [role="menu"]')) return;
      session.stop();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [session]);
  // Whose own question it is wants to see what becomes of it, wherever they have scrolled to.
  useEffect(() => { if (answering) follow.toEnd(); }, [answering, follow.toEnd]);
  useEffect(() => { setEditing(null); follow.toEnd(); }, [conversation?.id, follow.toEnd]);

  if (problem && !conversation && state === 'ready') {
    return <ErrorState className="m-auto" title="The thread cannot be read" message={problem} onRetry={() => window.location.reload()} />;
  }
  const editLast = () => setEditing(thread.exchanges.findLast(({ question }) => question?.messageId && !question.spoken)?.key ?? null);
  return (
    <section aria-label="Thread" className="relative flex min-h-0 flex-1 flex-col" {...drop}>
      <div ref={follow.scroller} onScroll={follow.onScroll} tabIndex={0} role="log" aria-label="Conversation" aria-live="off" className="min-h-0 flex-1 overflow-y-auto mask-b-from-[calc(100%-1.25rem)] -outline-offset-2">
        <div ref={follow.content} className="mx-auto flex min-h-full w-full max-w-3xl flex-col px-4 py-6 sm:px-6">
          <ChatLog session={session} snapshot={snapshot} voice={voice.snapshot} editing={editing} onEdit={setEditing} />
        </div>
      </div>
      <Announcer exchanges={thread.exchanges} />
      <div className="relative mx-auto w-full max-w-3xl space-y-2.5 px-4 pb-4 sm:px-6">
        {follow.isAway && thread.exchanges.length > 0 && (
          <Button size="sm" className="absolute -top-10 left-1/2 -translate-x-1/2 rounded-full" onClick={follow.toEnd}><ArrowDown aria-hidden />{answering ? 'Follow the answer' : 'To the end'}</Button>
        )}
        {problem && conversation && <Notice tone="danger">{problem}</Notice>}
        {state === 'reconnecting' && <Notice tone="warn">The server cannot be reached. Trying again; an answer that has begun goes on from where it was.</Notice>}
        {voice.snapshot?.microphoneProblem && <MicrophoneNotice problem={voice.snapshot.microphoneProblem} />}
        {voice.isOn && voice.snapshot?.problem && <Notice tone="danger" action={<Button size="sm" onClick={() => voice.session?.retry()}>Reconnect</Button>}>{voice.snapshot.problem}</Notice>}
        {conversation?.isLive && !voice.snapshot && <Notice tone="warn">Somebody is speaking in this thread right now. <Link className="underline underline-offset-2" href={`/conversations/${conversation.id}`}>Listen in on the record</Link></Notice>}
        {voice.isOn && voice.session && voice.snapshot
          ? <VoiceBar session={voice.session} snapshot={voice.snapshot} onStop={voice.stop} />
          : <Composer key="composer" session={session} snapshot={snapshot} onSpeak={voice.start} onEditLast={editLast} />}
        <p className="text-center text-2xs text-ink-3 max-sm:hidden">{'Answers may be wrong: check what matters. '}<kbd className="font-sans">Enter</kbd> sends, <kbd className="font-sans">Shift+Enter</kbd> begins a line, <kbd className="font-sans">Esc</kbd> stops.</p>
      </div>
      {dropping && <div aria-hidden className="pointer-events-none absolute inset-2 z-20 grid place-items-center rounded-2xl border-2 border-dashed border-accent bg-accent-soft/90 font-medium text-accent-ink"><span className="flex items-center gap-2"><Paperclip className="size-5" />Drop files to send them along</span></div>}
    </section>
  );
}

const hasFiles = (event: DragEvent) => event.dataTransfer.types.includes('Files');

/** Files over the page; leaving a child is not leaving it. */
function useDrop(session: ChatSession) {
  const [depth, setDepth] = useState(0);
  return {
    dropping: depth > 0,
    onDragEnter: (event: DragEvent) => { if (hasFiles(event)) setDepth((now) => now + 1); },
    onDragLeave: (event: DragEvent) => { if (hasFiles(event)) setDepth((now) => Math.max(0, now - 1)); },
    onDragOver: (event: DragEvent) => { if (hasFiles(event)) event.preventDefault(); },
    onDrop: (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setDepth(0);
      session.attach([...event.dataTransfer.files]);
    },
  };
}
