import { describe, expect, it } from 'vitest';
import { storedExchanges } from '@/app/(console)/chat/_lib/stored-exchanges';
import type { ConversationMessage } from '@/server/conversations/contract';

let seq = 0;
const message = (role: ConversationMessage['role'], content: string, part: Partial<ConversationMessage> = {}): ConversationMessage => {
  seq += 1;
  return { id: `m${seq}`, seq, turn_id: `t${seq}`, role, content, status: 'complete', provider: null, model: null, metadata: {}, usage: null, created_at: '2026-01-01T10:00:00Z', ...part };
};

const read = (messages: ConversationMessage[]) => storedExchanges(messages).map(({ question, answer }) => [question?.text ?? null, answer && `${answer.text} (${answer.state})`]);

const trace = { traceparent: '', endpointMs: 1, sttMs: 1, firstTokenMs: 1, firstAudioMs: 1, firstSentMs: 1, totalMs: 250, speechMs: 900 };
const file = { id: 'f1', fileIndex: 0, name: 'plan.pdf', mediaType: 'application/pdf', kind: 'pdf', sizeBytes: 1200, pageCount: 3 };

describe('a stored conversation', () => {
  it('puts each answer under the question before it, and a greeting under none', () => {
    expect(read([message('assistant', 'Welcome.'), message('user', 'One?'), message('assistant', '1'), message('user', 'Two?')]))
      .toEqual([[null, 'Welcome. (done)'], ['One?', '1 (done)'], ['Two?', null]]);
  });

  it('shows an answer that was asked for again as its last version only', () => {
    expect(read([message('user', 'One?'), message('assistant', 'Eins', { metadata: { replacedBy: 'm9' } }), message('assistant', '1')])).toEqual([['One?', '1 (done)']]);
  });

  it('marks what was stopped and what failed, with the reason', () => {
    const [stopped, failed] = storedExchanges([
      message('user', 'a'), message('assistant', 'Half', { status: 'interrupted' }),
      message('user', 'b'), message('assistant', '', { status: 'failed', metadata: { error: { kind: 'unavailable', message: 'OPENAI_API_KEY is not set' } } }),
    ]);
    expect(stopped!.answer).toMatchObject({ state: 'interrupted', problem: null });
    expect(failed!.answer).toMatchObject({ state: 'failed', problem: { kind: 'setup', text: 'OPENAI_API_KEY is not set' } });
  });

  it('shows files as files, not as the words that stand for them', () => {
    const [only, along] = storedExchanges([
      message('user', '[File uploaded: plan.pdf]', { metadata: { files: [file] } }),
      message('user', 'What does it say?', { metadata: { files: [file, { broken: true }] } }),
    ]);
    expect([only!.question!.text, only!.question!.files.length, only!.answer]).toEqual(['', 1, null]);
    expect([along!.question!.text, along!.question!.files.map(({ name }) => name)]).toEqual(['What does it say?', ['plan.pdf']]);
  });

  it('knows what was spoken, and how long the answer took', () => {
    const [exchange] = storedExchanges([message('user', 'Said'), message('assistant', 'Heard.', { metadata: { trace } })]);
    expect([exchange!.question!.spoken, exchange!.answer!.responseTimeMs]).toEqual([true, 250]);
  });

  it('knows what an answer used and cost, and does not take what nobody knows for nothing', () => {
    const used = { input_tokens: 120, output_tokens: 30, cached_tokens: 100 };
    const [priced, unpriced, unknown] = storedExchanges([
      message('user', 'a'), message('assistant', '1', { usage: { ...used, cost_usd: 0.0042 } }),
      message('user', 'b'), message('assistant', '2', { usage: { ...used, cost_usd: null } }),
      message('user', 'c'), message('assistant', '3'),
    ]).map(({ answer }) => [answer!.tokens, answer!.costUsd]);
    expect([priced, unpriced, unknown]).toEqual([[150, 0.0042], [150, null], [null, null]]);
  });

  it('has a tool’s arguments, result and time', () => {
    const [exchange] = storedExchanges([message('user', 'Sum?'), message('assistant', '2', { metadata: { toolCalls: [{ id: 'c', name: 'CALC', args: { expression: '1+1' }, error: 'no', durationMs: 4 }] } })]);
    expect(exchange!.answer!.tools).toEqual([{ id: 'c', name: 'CALC', label: 'CALC', args: { expression: '1+1' }, result: undefined, error: 'no', durationMs: 4, state: 'failed' }]);
  });
});
