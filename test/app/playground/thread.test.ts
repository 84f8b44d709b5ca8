import { describe, expect, it } from 'vitest';
import { emptyThread, hasOpenReply, reduceThread, type Thread, type ThreadEvent } from '@/app/(console)/playground/_lib/thread';

const play = (events: ThreadEvent[], from: Thread = emptyThread) => events.reduce(reduceThread, from);

/** The thread as a person reads it. */
const read = (thread: Thread) => thread.turns.map(({ user, reply, note }) => [user && `${user.text}${user.state === 'listening' ? '…' : ''}`, reply && `${reply.text} (${reply.state})`, note?.text ?? null].filter((part) => part !== null));

const trace = { traceparent: '00-1-2-01', endpointMs: 200, sttMs: 50, firstTokenMs: 40, firstAudioMs: 90, firstSentMs: 1, totalMs: 381 };

const reply = (turn_id: string, text: string): ThreadEvent[] => [
  { type: 'status', state: 'thinking' },
  { type: 'response.text.delta', delta: text, turn_id },
  { type: 'response.text.done', text, turn_id },
  { type: 'response.done', turn_id },
  { type: 'status', state: 'listening' },
  { type: 'turn.trace', turn_id, trace, status: 'complete' },
];

describe('the thread', () => {
  it('shows a spoken turn as it is heard, answered and measured', () => {
    const heard = play([{ type: 'input_audio_buffer.speech_started' }, { type: 'transcript.delta', text: 'what time' }]);
    expect(read(heard)).toEqual([['what time…']]);
    expect(heard.hearing).toBe(true);
    const answered = play([{ type: 'input_audio_buffer.speech_stopped' }, { type: 'transcript.done', text: 'What time is it?', turn_id: 'a' }, ...reply('a', 'Noon.')], heard);
    expect(read(answered)).toEqual([['What time is it?', 'Noon. (done)']]);
    expect(answered.turns[0]).toMatchObject({ trace, user: { spoken: true } });
    expect(answered.hearing).toBe(false);
  });

  it('shows typed words at once and appends the deltas of the reply', () => {
    const typed = play([{ type: 'typed', text: 'Hello' }]);
    expect(read(typed)).toEqual([['Hello', ' (waiting)']]);
    expect(read(play([{ type: 'response.text.delta', delta: 'Good ', turn_id: 'a' }, { type: 'response.text.delta', delta: 'day.', turn_id: 'a' }], typed))).toEqual([['Hello', 'Good day. (streaming)']]);
  });

  it('unfolds tool calls under the reply that made them', () => {
    const thread = play([
      { type: 'typed', text: '1 + 1?' },
      { type: 'tool.call', name: 'CALC', label: 'Working it out' },
      { type: 'tool.call', name: 'CALC', label: 'Working it out' },
      { type: 'tool.result', name: 'CALC', success: true, message: '2' },
      { type: 'tool.result', name: 'CALC', success: false, message: 'no' },
    ]);
    expect(thread.turns[0]!.reply!.tools).toEqual([
      { name: 'CALC', label: 'Working it out', state: 'done', message: '2' },
      { name: 'CALC', label: 'Working it out', state: 'failed', message: 'no' },
    ]);
  });

  it('keeps late words of a stopped reply out of the next one', () => {
    const thread = play([
      { type: 'typed', text: 'first' },
      { type: 'response.text.delta', delta: 'A long', turn_id: 'a' },
      { type: 'stopped' },
      { type: 'typed', text: 'second' },
      { type: 'response.text.delta', delta: ' story', turn_id: 'a' },
      { type: 'response.cancelled', turn_id: 'a' },
      { type: 'turn.trace', turn_id: 'a', trace, status: 'interrupted' },
      ...reply('b', 'Short.'),
    ]);
    expect(read(thread)).toEqual([['first', 'A long (interrupted)'], ['second', 'Short. (done)']]);
  });

  it('tells apart a reply that was stopped before its first word', () => {
    const thread = play([
      { type: 'typed', text: 'first' }, { type: 'stopped' }, { type: 'typed', text: 'second' },
      { type: 'response.cancelled', turn_id: 'a' },
      { type: 'turn.trace', turn_id: 'a', trace, status: 'interrupted' },
      ...reply('b', 'Short.'),
    ]);
    expect(read(thread)).toEqual([['first', ' (interrupted)'], ['second', 'Short. (done)']]);
    expect(thread.turns.map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('lets a reply go on when a sound during it had no words', () => {
    const thread = play([
      { type: 'typed', text: 'first' },
      { type: 'response.text.delta', delta: 'One', turn_id: 'a' },
      { type: 'input_audio_buffer.speech_started' },
      { type: 'response.text.delta', delta: ' two.', turn_id: 'a' },
      { type: 'response.done', turn_id: 'a' },
    ]);
    expect(read(thread)).toEqual([['first', 'One two. (done)']]);
    expect(thread.hearing).toBe(false);
  });

  it('adds what was said into a reply as a turn of its own', () => {
    const thread = play([
      { type: 'transcript.done', text: 'one', turn_id: 'a' },
      { type: 'response.text.delta', delta: 'Well,', turn_id: 'a' },
      { type: 'input_audio_buffer.speech_started' },
      { type: 'response.cancelled', turn_id: 'a' },
      { type: 'transcript.done', text: 'two', turn_id: 'b' },
      ...reply('b', 'Yes.'),
    ]);
    expect(read(thread)).toEqual([['one', 'Well, (interrupted)'], ['two', 'Yes. (done)']]);
  });

  it('shows a greeting without words before it', () => {
    expect(read(play(reply('a', 'Hello, I am here.')))).toEqual([['Hello, I am here. (done)']]);
  });

  it('says gently that nothing was heard, and plainly what failed', () => {
    const silent = play([{ type: 'held' }, { type: 'released' }, { type: 'error', code: 'empty_transcript', message: 'No speech' }]);
    expect(silent.turns).toEqual([expect.objectContaining({ user: null, reply: null, note: expect.objectContaining({ tone: 'neutral' }) })]);
    const failed = play([{ type: 'typed', text: 'hi' }, { type: 'error', code: 'agent_error', message: 'The model does not answer' }]);
    expect(read(failed)).toEqual([['hi', ' (failed)', 'The model does not answer']]);
  });

  it('forgets sounds that were no words', () => {
    expect(read(play([{ type: 'input_audio_buffer.speech_started' }, { type: 'unheard' }]))).toEqual([]);
  });

  it('closes everything when the connection is lost, so that a later answer cannot land in it', () => {
    const lost = play([{ type: 'typed', text: 'hi' }, { type: 'lost' }]);
    expect(hasOpenReply(lost)).toBe(false);
    expect(read(play([{ type: 'typed', text: 'again' }, ...reply('b', 'Here.')], lost))).toEqual([['hi', ' (failed)'], ['again', 'Here. (done)']]);
  });
});
