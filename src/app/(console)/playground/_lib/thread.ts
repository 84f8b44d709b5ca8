import type { ServerEvent, WireState } from '@/realtime/contract/realtime-events';
import type { TurnTrace } from '@/server/conversations/turn-trace';

export interface ToolUse {
  name: string;
  label: string;
  state: 'running' | 'done' | 'failed';
  message: string | null;
}

export interface Reply {
  text: string;
  state: 'waiting' | 'streaming' | 'done' | 'interrupted' | 'failed';
  tools: ToolUse[];
}

/** What one person said and what came back. A greeting has nobody's words; words that led nowhere have no reply. */
export interface Turn {
  key: string;
  user: { text: string; spoken: boolean; state: 'listening' | 'final' } | null;
  reply: Reply | null;
  trace: TurnTrace | null;
  note: { tone: 'neutral' | 'danger'; text: string } | null;
}

export interface Thread {
  turns: Turn[];
  status: WireState | null;
  /** Somebody is heard speaking right now (hands-free), or holds the button. */
  hearing: boolean;
  counter: number;
}

export type ThreadEvent = ServerEvent | { type: 'typed'; text: string } | { type: 'held' } | { type: 'released' } | { type: 'lost' } | { type: 'reset'; turns?: Turn[] };

export const emptyThread: Thread = { turns: [], status: null, hearing: false, counter: 0 };

/** Errors that are part of talking, said gently; others show the server's words. */
const GENTLE: Partial<Record<string, string>> = {
  empty_transcript: 'No words were heard. Try again, a little closer to the microphone.',
  empty_buffer: 'Nothing was recorded. Hold the button while you speak.',
};

const last = (thread: Thread): Turn | undefined => thread.turns.at(-1);

const addTurn = (thread: Thread, turn: Partial<Turn>): Thread => ({
  ...thread,
  counter: thread.counter + 1,
  turns: [...thread.turns, { key: `turn-${thread.counter}`, user: null, reply: null, trace: null, note: null, ...turn }],
});

const changeTurn = (thread: Thread, key: string | undefined, change: (turn: Turn) => Partial<Turn>): Thread => ({
  ...thread,
  turns: thread.turns.map((turn) => (turn.key === key ? { ...turn, ...change(turn) } : turn)),
});

const isOpen = (reply: Reply | null): boolean => reply?.state === 'waiting' || reply?.state === 'streaming';

/** The turn whose words are still being heard; a new one where the last is complete. */
function withListening(thread: Thread): Thread {
  return last(thread)?.user?.state === 'listening' ? thread : addTurn(thread, { user: { text: '', spoken: true, state: 'listening' } });
}

/** The reply that is under way. A reply without words of ours before it is a greeting. */
function changeReply(thread: Thread, change: (reply: Reply) => Partial<Reply>): Thread {
  const answering = thread.turns.findLast((turn) => turn.user?.state !== 'listening' && (isOpen(turn.reply) || turn.reply === null));
  const ready = answering && !answering.note ? thread : addTurn(thread, {});
  const key = answering && !answering.note ? answering.key : last(ready)?.key;
  return changeTurn(ready, key, (turn) => {
    const reply = turn.reply ?? { text: '', state: 'waiting' as const, tools: [] };
    return { reply: { ...reply, ...change(reply) } };
  });
}

/** Ends whatever reply is still open, on the turn that has it. */
function endReply(thread: Thread, state: Reply['state']): Thread {
  const open = thread.turns.findLast((turn) => isOpen(turn.reply));
  return changeTurn(thread, open?.key, (turn) => (turn.reply ? { reply: { ...turn.reply, state } } : {}));
}

/** Half-heard words that came to nothing are taken away. */
const dropUnheard = (thread: Thread): Thread => ({ ...thread, turns: thread.turns.filter((turn) => !(turn.user?.state === 'listening' && turn.user.text === '')) });

/** What the page shows, from what was said over the socket: pure, so every order of events can be tested. */
export function reduceThread(thread: Thread, event: ThreadEvent): Thread {
  switch (event.type) {
    case 'reset':
      return { ...emptyThread, counter: thread.counter + 1, turns: event.turns ?? [] };
    case 'typed':
      return addTurn(dropUnheard(thread), { user: { text: event.text, spoken: false, state: 'final' }, reply: { text: '', state: 'waiting', tools: [] } });
    case 'held':
    case 'input_audio_buffer.speech_started':
      return { ...withListening(thread), hearing: true };
    case 'released':
    case 'input_audio_buffer.speech_stopped':
      return { ...thread, hearing: false };
    case 'transcript.delta': {
      const ready = withListening(thread);
      return changeTurn(ready, last(ready)?.key, (turn) => ({ user: turn.user && { ...turn.user, text: event.text } }));
    }
    case 'transcript.done': {
      // The server repeats typed words as a transcript: they are in the thread already.
      const typed = last(thread);
      if (typed?.user && !typed.user.spoken && typed.user.text === event.text && isOpen(typed.reply)) return thread;
      const ready = withListening(thread);
      return changeTurn(ready, last(ready)?.key, () => ({ user: { text: event.text, spoken: true, state: 'final' }, reply: { text: '', state: 'waiting', tools: [] } }));
    }
    case 'response.text.delta':
      return changeReply(thread, (reply) => ({ text: reply.text + event.delta, state: 'streaming' }));
    case 'response.text.done':
      return changeReply(thread, () => ({ text: event.text, state: 'streaming' }));
    case 'tool.call':
      return changeReply(thread, (reply) => ({ tools: [...reply.tools, { name: event.name, label: event.label, state: 'running', message: null }] }));
    case 'tool.result':
      return changeReply(thread, (reply) => {
        const index = reply.tools.findIndex((tool) => tool.name === event.name && tool.state === 'running');
        return { tools: reply.tools.map((tool, at) => (at === index ? { ...tool, state: event.success ? 'done' : 'failed', message: event.message } : tool)) };
      });
    case 'response.done':
      return endReply(thread, 'done');
    case 'response.cancelled':
      return endReply(thread, 'interrupted');
    case 'turn.trace': {
      const ended = thread.turns.findLast((turn) => turn.trace === null && turn.reply !== null && !isOpen(turn.reply));
      return changeTurn(thread, ended?.key, (turn) => ({
        trace: event.trace,
        reply: turn.reply && event.status !== 'complete' ? { ...turn.reply, state: event.status } : turn.reply,
      }));
    }
    case 'error': {
      const note = { tone: GENTLE[event.code] ? ('neutral' as const) : ('danger' as const), text: GENTLE[event.code] ?? event.message };
      const failed = endReply({ ...thread, hearing: false }, 'failed');
      const target = last(failed);
      if (target && (target.user?.state === 'listening' || target.reply?.state === 'failed'))
        return changeTurn(failed, target.key, (turn) => ({ note, user: turn.user && { ...turn.user, state: 'final' } }));
      return addTurn(failed, { note });
    }
    case 'status':
      return { ...thread, status: event.state };
    case 'lost':
      return { ...endReply(dropUnheard(thread), 'failed'), status: null, hearing: false };
    default:
      return thread;
  }
}
