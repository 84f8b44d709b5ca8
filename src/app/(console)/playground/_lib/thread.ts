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
  /** The server's name for it, once known: typed words are shown before the server has heard of them. */
  id: string | null;
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

export type ThreadEvent =
  | ServerEvent
  | { type: 'typed'; text: string }
  | { type: 'held' }
  | { type: 'released' }
  /** What was heard were no words: nothing to show. */
  | { type: 'unheard' }
  /** The person stopped the reply; the server will confirm it. */
  | { type: 'stopped' }
  | { type: 'lost' }
  | { type: 'reset'; turns?: Turn[] };

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
  turns: [...thread.turns, { key: `turn-${thread.counter}`, id: null, user: null, reply: null, trace: null, note: null, ...turn }],
});

const changeTurn = (thread: Thread, key: string | undefined, change: (turn: Turn) => Partial<Turn>): Thread => ({
  ...thread,
  turns: thread.turns.map((turn) => (turn.key === key ? { ...turn, ...change(turn) } : turn)),
});

const isOpen = (reply: Reply | null): boolean => reply?.state === 'waiting' || reply?.state === 'streaming';

export const hasOpenReply = (thread: Thread): boolean => thread.turns.some((turn) => isOpen(turn.reply));

/** The turn whose words are still being heard; a new one where the last is complete. */
function withListening(thread: Thread): Thread {
  return last(thread)?.user?.state === 'listening' ? thread : addTurn(thread, { user: { text: '', spoken: true, state: 'listening' } });
}

/**
 * The turn that an event of the server belongs to. The server answers in order, so an id that we do not know yet is
 * the oldest turn that waits for one.
 */
function turnOf(thread: Thread, id: string | undefined): Turn | undefined {
  if (id === undefined) return thread.turns.findLast((turn) => isOpen(turn.reply));
  return thread.turns.find((turn) => turn.id === id) ?? thread.turns.find((turn) => turn.id === null && turn.reply !== null);
}

/** Changes the reply that is under way, and gives its turn the server's id. What was stopped stays as it is. */
function changeReply(thread: Thread, id: string | undefined, change: (reply: Reply) => Partial<Reply>): Thread {
  return changeTurn(thread, turnOf(thread, id)?.key, (turn) => ({
    id: turn.id ?? id ?? null,
    reply: turn.reply && isOpen(turn.reply) ? { ...turn.reply, ...change(turn.reply) } : turn.reply,
  }));
}

/** A reply without words of ours before it is a greeting. */
const withReply = (thread: Thread, id: string | undefined): Thread =>
  turnOf(thread, id) ? thread : addTurn(thread, { id: id ?? null, reply: { text: '', state: 'waiting', tools: [] } });

const endReply = (thread: Thread, id: string | undefined, state: Reply['state']): Thread => changeReply(thread, id, () => ({ state }));

/** Ends whatever is still open. */
const endReplies = (thread: Thread, state: Reply['state']): Thread => ({
  ...thread,
  turns: thread.turns.map((turn) => (turn.reply && isOpen(turn.reply) ? { ...turn, reply: { ...turn.reply, state } } : turn)),
});

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
      return { ...withListening(thread), hearing: true };
    case 'input_audio_buffer.speech_started':
      // During a reply it may be a cough or an "mm-hmm": it becomes a turn when there are words.
      return { ...(hasOpenReply(thread) ? thread : withListening(thread)), hearing: true };
    case 'unheard':
      return { ...dropUnheard(thread), hearing: false };
    case 'stopped':
      return endReplies(thread, 'interrupted');
    case 'released':
    case 'input_audio_buffer.speech_stopped':
      return { ...thread, hearing: false };
    case 'transcript.delta': {
      const ready = withListening(thread);
      return changeTurn(ready, last(ready)?.key, (turn) => ({ user: turn.user && { ...turn.user, text: event.text } }));
    }
    case 'transcript.done': {
      const ready = withListening(thread);
      return changeTurn(ready, last(ready)?.key, () => ({ id: event.turn_id ?? null, user: { text: event.text, spoken: true, state: 'final' }, reply: { text: '', state: 'waiting', tools: [] } }));
    }
    case 'response.text.delta':
      return changeReply(withReply(thread, event.turn_id), event.turn_id, (reply) => ({ text: reply.text + event.delta, state: 'streaming' }));
    case 'response.text.done':
      return changeReply(withReply(thread, event.turn_id), event.turn_id, () => ({ text: event.text, state: 'streaming' }));
    case 'tool.call':
      return changeReply(thread, undefined, (reply) => ({ tools: [...reply.tools, { name: event.name, label: event.label, state: 'running', message: null }] }));
    case 'tool.result':
      return changeReply(thread, undefined, (reply) => {
        const index = reply.tools.findIndex((tool) => tool.name === event.name && tool.state === 'running');
        return { tools: reply.tools.map((tool, at) => (at === index ? { ...tool, state: event.success ? 'done' : 'failed', message: event.message } : tool)) };
      });
    case 'response.done':
      return { ...endReply(thread, event.turn_id, 'done'), hearing: false };
    case 'response.cancelled':
      return endReply(thread, event.turn_id, 'interrupted');
    case 'turn.trace':
      return changeTurn(thread, turnOf(thread, event.turn_id)?.key, ({ reply }) => ({
        id: event.turn_id,
        trace: event.trace,
        reply: reply && event.status !== 'complete' ? { ...reply, state: event.status } : reply,
      }));
    case 'error': {
      const note = { tone: GENTLE[event.code] ? ('neutral' as const) : ('danger' as const), text: GENTLE[event.code] ?? event.message };
      const failing = thread.turns.findLast((turn) => isOpen(turn.reply)) ?? (last(thread)?.user?.state === 'listening' ? last(thread) : undefined);
      const failed = { ...endReplies(thread, 'failed'), hearing: false };
      if (!failing) return addTurn(failed, { note });
      return changeTurn(failed, failing.key, (turn) => ({ note, user: turn.user?.text ? { ...turn.user, state: 'final' } : null }));
    }
    case 'status':
      return { ...thread, status: event.state };
    case 'lost':
      // Whatever waits for an id will never get one.
      return { ...endReplies({ ...dropUnheard(thread), turns: dropUnheard(thread).turns.map((turn) => ({ ...turn, id: turn.id ?? turn.key })) }, 'failed'), status: null, hearing: false };
    default:
      return thread;
  }
}
