'use client';

import { Pencil } from 'lucide-react';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { Button } from '../../../_ui/button';
import { FileChips } from '../../_components/file-chip';
import { PersonSaid } from '../../_components/speech';
import type { Question } from '../_lib/chat-thread';

interface QuestionViewProps {
  question: Question;
  isEditing: boolean;
  /** Absent while it cannot be edited. */
  onEdit: (() => void) | undefined;
  onCancel: () => void;
  onSend: (text: string) => void;
}

export function QuestionView({ question, isEditing, onEdit, onCancel, onSend }: QuestionViewProps) {
  if (isEditing) return <Editor text={question.text} onCancel={onCancel} onSend={onSend} />;
  return (
    <PersonSaid
      way={question.spoken ? 'spoken' : 'typed'}
      files={<FileChips files={question.files} />}
      footer={onEdit && (
        <Button variant="ghost" size="sm" className="-my-1 ml-1 h-6 gap-1 px-1.5 text-2xs [&_svg]:size-3" onClick={onEdit}><Pencil aria-hidden />Edit<span className="sr-only"> this question</span></Button>
      )}
    >
      {question.text}
    </PersonSaid>
  );
}

function Editor({ text, onCancel, onSend }: { text: string; onCancel: () => void; onSend: (text: string) => void }) {
  const [words, setWords] = useState(text);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    const element = field.current;
    element?.focus();
    element?.setSelectionRange(element.value.length, element.value.length);
  }, []);
  const isSame = words.trim() === '' || words.trim() === text.trim();
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      event.preventDefault();
      onCancel();
    } else if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault();
      if (!isSame) onSend(words);
    }
  };
  return (
    <div className="rise ml-6 rounded-2xl border border-accent bg-surface p-2 shadow-card sm:ml-20">
      <textarea
        ref={field}
        value={words}
        aria-label="Your question in other words"
        onChange={(event) => setWords(event.target.value)}
        onKeyDown={onKeyDown}
        className="field-sizing-content max-h-60 min-h-11 w-full resize-none rounded-lg bg-transparent px-2 py-1.5 text-[0.9375rem] leading-6 focus-visible:outline-none"
      />
      <div className="flex flex-wrap items-center justify-end gap-2 pt-1 pl-2">
        <p className="mr-auto text-xs text-ink-3">Goes on in a branch; this thread stays as it is.</p>
        <Button size="sm" onClick={onCancel}>Cancel</Button>
        <Button size="sm" variant="primary" disabled={isSame} onClick={() => onSend(words)}>Send</Button>
      </div>
    </div>
  );
}
