import { describe, expect, it } from 'vitest';
import type { TextFrame } from '@/realtime/pipeline/frame';
import { ClauseStage } from '@/realtime/pipeline/stages/clauses';

const text = (words: string): TextFrame => ({ kind: 'data', type: 'text', text: words });
const flush: TextFrame = { kind: 'control', type: 'flush' };

async function clausesOf(frames: TextFrame[]) {
  const out: { source: string; spoken: string }[] = [];
  async function* input() { yield* frames; }
  for await (const { source, spoken } of new ClauseStage().run(input(), new AbortController().signal)) out.push({ source, spoken });
  return out;
}
const inPieces = (words: string, size: number): TextFrame[] => (words.match(new RegExp(`[\\s\\S]{1,${size}}`, 'g')) ?? []).map(text);

describe('the clause splitter', () => {
  it('makes the first clause short and the later ones sentences', async () => {
    const spoken = (await clausesOf([text('Well, that depends, I think. The weather is nice, warm and dry today. We could go out now.')])).map((clause) => clause.spoken);
    expect(spoken).toEqual(['Well, that depends,', 'I think. The weather is nice, warm and dry today.', 'We could go out now.']);
  });

  it.each([1, 3, 7, 1_000])('gives the same clauses whatever the pieces (%i characters)', async (size) => {
    const reply = 'It is noon. Dr. Smith costs $3.50 e.g. at 5 p.m. today! Is that fine? Yes.';
    const clauses = await clausesOf(inPieces(reply, size));
    expect(clauses.map(({ source }) => source).join('')).toBe(reply);
    expect(clauses[0]!.spoken).toBe('It is noon.');
    expect(clauses.map(({ spoken }) => spoken)).not.toContain('Dr.');
  });

  it('cuts a first clause without punctuation at a word', async () => {
    const [first] = await clausesOf([text('the quick brown fox jumps over the lazy dog and then goes on to do so again')]);
    expect(first!.source.length).toBeLessThanOrEqual(60);
    expect(first!.source).toBe('the quick brown fox jumps over the lazy dog and then goes on');
  });

  it('speaks what it has when a tool runs', async () => {
    const clauses = await clausesOf([text('Let me check'), flush, text(' It is 2.')]);
    expect(clauses.map(({ spoken }) => spoken)).toEqual(['Let me check', 'It is 2.']);
  });

  it('keeps Markdown, links and emoji in the text and out of the mouth', async () => {
    const clauses = await clausesOf([text('**Sure!** See [our page](https://x.test/a) 😀\n- one\n- two\n')]);
    expect(clauses.map(({ spoken }) => spoken).join(' ').replace(/\s+/g, ' ')).toBe('Sure! See our page one two');
  });

  it('has nothing to say for punctuation alone', async () => {
    expect((await clausesOf([text('...')])).map(({ spoken }) => spoken)).toEqual(['']);
  });

  it('splits text without spaces', async () => {
    expect((await clausesOf([text('今天天气很好。我们出去吧。')])).length).toBeGreaterThan(0);
    expect((await clausesOf([text('x'.repeat(2_000))])).every(({ source }) => source.length <= 240)).toBe(true);
  });
});
