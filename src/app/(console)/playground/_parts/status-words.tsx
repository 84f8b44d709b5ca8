import { cn } from '../../../_lib/cn';
import type { PlaygroundSnapshot } from '../_lib/playground-session';

const WORDS = { listening: 'Listening', transcribing: 'Transcribing', thinking: 'Thinking', speaking: 'Speaking' } as const;

/** What the session is doing, in a word or two. */
export function StatusWords({ snapshot }: { snapshot: PlaygroundSnapshot }) {
  const { thread, mode, microphone, holding, playing, connection } = snapshot;
  const idle = mode === 'push' ? 'Ready' : microphone === 'on' ? 'Listening' : 'Microphone is off';
  let words: string = idle;
  if (microphone === 'opening') words = 'Allow the microphone';
  else if (connection === 'reconnecting') words = 'Reconnecting…';
  else if (holding) words = 'Hearing you';
  else if (playing) words = WORDS.speaking;
  else if (thread.hearing) words = 'Hearing you';
  else if (thread.status && thread.status !== 'listening') words = WORDS[thread.status];
  const quiet = words === idle && words !== 'Listening';
  return <p role="status" className={cn('min-w-24 shrink-0 truncate text-[0.8125rem] font-medium', quiet ? 'text-ink-3' : 'text-accent-ink')}>{words}</p>;
}
