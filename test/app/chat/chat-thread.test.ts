import { describe, expect, it } from 'vitest';
import { emptyChat, reduceChat, type ChatEvent, type ChatThread } from '@/app/(console)/chat/_lib/chat-thread';

const play = (events: ChatEvent[], from: ChatThread = emptyChat) => events.reduce(reduceChat, from);

/** The thread as a person reads it. */
const read = (thread: ChatThread) => thread.exchanges.map(({ question, answer }) => [question?.text ?? null, answer && `${answer.text} (${answer.state})`]);

const asked = (key: string, text: string): ChatEvent => ({ type: 'asked', key, text, files: [] });
const finished = (key: string, text: string): ChatEvent => ({ type: 'finished', key, text, facts: { provider: 'builtin', model: 'assistant', responseTimeMs: 12 } });
const lost = { kind: 'offline', text: 'Lost.', canRetry: true } as const;

describe('the chat thread', () => {
  it('shows a question at once and its answer as it is written', () => {
    expect(read(play([asked('a', 'Hello')]))).toEqual([['Hello', ' (waiting)']]);
    expect(read(play([asked('a', 'Hello'), { type: 'said', key: 'a', text: 'Good ' }, { type: 'said', key: 'a', text: 'day' }]))).toEqual([['Hello', 'Good day (streaming)']]);
    const done = play([asked('a', 'Hello'), { type: 'said', key: 'a', text: 'Good' }, finished('a', 'Good day.')]);
    expect(read(done)).toEqual([['Hello', 'Good day. (done)']]);
    expect(done.exchanges[0]!.answer).toMatchObject({ model: 'assistant', responseTimeMs: 12, costUsd: null });
  });

  it('learns what the server calls a question and its answer', () => {
    const { exchanges: [exchange] } = play([asked('a', 'Hello'), { type: 'connected', key: 'a', messageId: 'm2', userMessageId: 'm1' }]);
    expect([exchange!.question!.messageId, exchange!.answer!.messageId]).toEqual(['m1', 'm2']);
  });

  it('keeps what had been written when it is stopped, and lets nothing late into it', () => {
    const stopped = play([asked('a', 'Hello'), { type: 'said', key: 'a', text: 'Good' }, { type: 'stopped', key: 'a' }, { type: 'said', key: 'a', text: ' day' }, finished('a', 'Good day.')]);
    expect(read(stopped)).toEqual([['Hello', 'Good (interrupted)']]);
  });

  it('keeps what had been written when it fails, with the reason', () => {
    const failed = play([asked('a', 'Hello'), { type: 'said', key: 'a', text: 'Good' }, { type: 'failed', key: 'a', problem: lost }]);
    expect(read(failed)).toEqual([['Hello', 'Good (failed)']]);
    expect(failed.exchanges[0]!.answer!.problem).toEqual(lost);
  });

  it('gives a retried question a new answer in the place of the old one', () => {
    const failed = play([asked('a', 'Hello'), { type: 'connected', key: 'a', userMessageId: 'm1', messageId: 'm2' }, { type: 'failed', key: 'a', problem: lost }]);
    const again = play([{ type: 'retried', key: 'a' }, { type: 'connected', key: 'a', userMessageId: 'm1', messageId: 'm3' }, finished('a', 'Hi.')], failed);
    expect(read(again)).toEqual([['Hello', 'Hi. (done)']]);
    expect(again.exchanges[0]!.answer).toMatchObject({ messageId: 'm3', problem: null });
  });

  it('goes on from before a question that is put in other words', () => {
    const thread = play([asked('a', 'One'), finished('a', '1'), asked('b', 'Two'), finished('b', '2'), asked('c', 'Three'), finished('c', '3')]);
    expect(read(play([{ type: 'cut', key: 'b' }, asked('d', 'Zwei')], thread))).toEqual([['One', '1 (done)'], ['Zwei', ' (waiting)']]);
    expect(play([{ type: 'cut', key: 'nobody' }], thread)).toEqual(thread);
  });

  it('ties a tool’s answer to the call it belongs to, also when the same tool runs twice', () => {
    const call = (id: string | null, expression: string): ChatEvent => ({ type: 'tool-called', key: 'a', id, name: 'CALC', label: 'Working it out', args: { expression } });
    const answered = (id: string | null, result: string): ChatEvent => ({ type: 'tool-answered', key: 'a', id, name: 'CALC', label: 'Working it out', args: {}, result, durationMs: 3 });
    const named = play([asked('a', 'Both?'), call('1', '1+1'), call('2', '2+2'), answered('2', '4'), answered('1', '2')]);
    expect(named.exchanges[0]!.answer!.tools.map(({ args, result, state }) => [args, result, state])).toEqual([[{ expression: '1+1' }, '2', 'done'], [{ expression: '2+2' }, '4', 'done']]);
    const unnamed = play([asked('a', 'Both?'), call(null, '1+1'), call(null, '2+2'), answered(null, '2')]);
    expect(unnamed.exchanges[0]!.answer!.tools.map(({ state }) => state)).toEqual(['done', 'running']);
  });

  it('says of a tool that was at work when the answer ended that it did not answer', () => {
    const thread = play([asked('a', 'Sum?'), { type: 'tool-called', key: 'a', id: '1', name: 'CALC', label: 'Working it out', args: {} }, { type: 'stopped', key: 'a' }]);
    expect(thread.exchanges[0]!.answer!.tools[0]).toMatchObject({ state: 'failed', error: 'Ended before it answered.' });
  });

  it('keeps its keys when it is read again, so that nothing on the page jumps', () => {
    const shown = play([asked('a', 'Hello'), { type: 'connected', key: 'a', userMessageId: 'm1', messageId: 'm2' }, finished('a', 'Hi.')]);
    const { question, answer } = shown.exchanges[0]!;
    const again = play([{ type: 'opened', exchanges: [{ key: 'm1', question, answer }, { key: 'm3', question: question && { ...question, messageId: 'm3' }, answer: null }] }], shown);
    expect(again.exchanges.map(({ key }) => key)).toEqual(['a', 'm3']);
  });
});
