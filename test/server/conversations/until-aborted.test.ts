import { expect, it } from 'vitest';
import { untilAborted } from '@/server/conversations/until-aborted';

async function* silentAfter(words: string[], left: { yes: boolean }): AsyncGenerator<string> {
  try {
    yield* words;
    await new Promise(() => {});
  } finally {
    left.yes = true;
  }
}

it('passes on what comes, and its end', async () => {
  async function* source() { yield 'a'; yield 'b'; }
  const seen: string[] = [];
  for await (const part of untilAborted(source(), new AbortController().signal)) seen.push(part);
  expect(seen).toEqual(['a', 'b']);
});

it('throws why it was aborted, though the stream says nothing ever again', async () => {
  const leaving = new AbortController();
  const parts = untilAborted(silentAfter(['a'], { yes: false }), leaving.signal);
  await parts.next();
  const next = parts.next();
  leaving.abort(new Error('enough'));
  await expect(next).rejects.toThrow('enough');
  await expect(parts.next()).resolves.toMatchObject({ done: true });
});

it('throws the reason and not what the broken connection says', async () => {
  const leaving = new AbortController();
  async function* breaks() { yield 'a'; leaving.abort(new Error('enough')); throw new Error('socket closed'); }
  const parts = untilAborted(breaks(), leaving.signal);
  await parts.next();
  await expect(parts.next()).rejects.toThrow('enough');
});

it('takes nothing more once it was aborted between two parts, and lets the stream go', async () => {
  const leaving = new AbortController();
  const left = { yes: false };
  const parts = untilAborted(silentAfter(['a', 'b'], left), leaving.signal);
  await parts.next();
  leaving.abort(new Error('enough'));
  await expect(parts.next()).rejects.toThrow('enough');
  await expect.poll(() => left.yes).toBe(true);
});

it('lets the stream go when its reader leaves', async () => {
  const left = { yes: false };
  for await (const part of untilAborted(silentAfter(['a', 'b'], left), new AbortController().signal)) if (part === 'a') break;
  await expect.poll(() => left.yes).toBe(true);
});
