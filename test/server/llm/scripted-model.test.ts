import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { streamText } from 'ai';
import { describe, expect, it } from 'vitest';
import { createModels, parseScript } from '@/server/llm';
import { scriptedModel } from '@/server/llm/scripted/scripted-model';
import { loadConfig } from '@/server/platform/config';

const say = async (model: ReturnType<typeof scriptedModel>, prompt: string) => streamText({ model, prompt, maxRetries: 0, onError: () => {} }).text;

describe('the scripted model', () => {
  it('answers by pattern, first match first, and uses a reply up', async () => {
    const model = scriptedModel('m', parseScript({ replies: [{ when: 'hello', times: 1, steps: [{ text: 'Once.' }] }, { when: 'HELLO', steps: [{ text: 'Again.' }] }, { steps: [{ text: 'What?' }] }] }));
    expect([await say(model, 'Hello!'), await say(model, 'hello'), await say(model, 'else')]).toEqual(['Once.', 'Again.', 'What?']);
  });

  it('gives each word as a token and keeps the spaces', async () => {
    const model = scriptedModel('m', parseScript({ replies: [{ steps: [{ text: 'One two  three. ' }, { text: 'Four' }] }] }));
    const deltas: string[] = [];
    for await (const delta of streamText({ model, prompt: 'x' }).textStream) deltas.push(delta);
    expect(deltas.join('')).toBe('One two  three. Four');
    expect(deltas).toHaveLength(4);
  });

  it('is read from the file that PARLEY_SCRIPT names', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'script-'));
    writeFileSync(join(folder, 'script.json'), JSON.stringify({ bench: { firstTokenMs: 1, tokenMs: 1, replies: [{ steps: [{ text: 'From a file.' }] }] }, }));
    const models = createModels({ ai: loadConfig({ NODE_ENV: 'test', PARLEY_SCRIPT: join(folder, 'script.json') }).ai });
    const { languageModel } = models.choose('scripted/bench');
    expect(await streamText({ model: languageModel, prompt: 'x' }).text).toBe('From a file.');
    expect(() => models.choose('scripted/other')).toThrow("No script named 'other' in PARLEY_SCRIPT.");
    rmSync(folder, { recursive: true });
  });

  it('refuses a script with a mistake', () => {
    expect(() => parseScript({ replies: [] })).toThrow();
    expect(() => parseScript(JSON.parse('{"replies":[{"steps":[{"txt":"a"}]}]}'))).toThrow();
  });
});
