import { isOpen, type Exchange } from '../_lib/chat-thread';

/** For those who hear the page: that an answer is being written, and then all of it at once rather than word by word. */
export function Announcer({ exchanges }: { exchanges: Exchange[] }) {
  const answer = exchanges.at(-1)?.answer ?? null;
  let words = '';
  if (isOpen(answer)) words = 'The answer is being written.';
  else if (answer?.state === 'failed') words = '';  // its alert speaks for itself
  else if (answer?.state === 'interrupted') words = 'Stopped.';
  else if (answer) words = `Answer: ${answer.text}`;
  return <p role="status" aria-label="Progress of the answer" className="sr-only">{words}</p>;
}
