import { useEffect, useRef } from 'react';
import { isOpen, type Answer, type Exchange } from '../_lib/chat-thread';

/** For those who hear the page: that an answer is being written, and then all of it at once rather than word by word. */
export function Announcer({ exchanges }: { exchanges: Exchange[] }) {
  const last = exchanges.at(-1);
  const open = isOpen(last?.answer ?? null);
  // What was there when the thread was opened is read when the reader comes to it.
  const followed = useRef<string | null>(null);
  useEffect(() => { if (open && last) followed.current = last.key; }, [open, last]);
  const isNew = open || (last !== undefined && followed.current === last.key);
  return <p role="status" aria-label="Progress of the answer" className="sr-only">{isNew && last?.answer ? wordsOf(last.answer) : ''}</p>;
}

function wordsOf(answer: Answer): string {
  if (isOpen(answer)) return 'The answer is being written.';
  if (answer.state === 'failed') return ''; // its alert speaks for itself
  return answer.state === 'interrupted' ? 'Stopped.' : `Answer: ${answer.text}`;
}
