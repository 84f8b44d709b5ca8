import { describe, expect, it } from 'vitest';
import type { AppError } from '@/server/platform/errors';
import { calcTool, createToolRunner, type Tool } from '@/server/tools';
import { silentLogger } from '@test/support/fakes/scripted-brain';

const context = { workspaceId: 'w', conversationId: null, timeZone: 'UTC', signal: new AbortController().signal };

function tool(over: Partial<Tool>): Tool {
  return { name: 'ECHO', label: 'Echoing', description: 'Says it again', enabled: true, parameters: { text: { type: 'string', required: true }, times: { type: 'integer', required: false, default: 1 } },
    execute: async (params) => ({ success: true, message: 'ok', data: params, error: null }), ...over };
}
const runner = (over: Partial<Tool> = {}) => createToolRunner([tool(over), calcTool], { logger: silentLogger, timeoutMs: 50 });

describe('the tool runner', () => {
  it('applies defaults and reads numbers that came as text', async () => {
    expect((await runner().run('echo', { text: 'a' }, context)).data).toEqual({ text: 'a', times: 1 });
    expect((await runner().run('ECHO', { text: 5, times: '3' }, context)).data).toEqual({ text: '5', times: 3 });
  });

  it.each([
    [{}, "Missing required parameter 'text'."],
    [{ text: null }, "Missing required parameter 'text'."],
    [{ text: 'a', times: 1.5 }, "Parameter 'times' must be an integer."],
    [{ text: 'a', times: 'many' }, "Parameter 'times' must be an integer."],
    [{ text: { a: 1 } }, "Parameter 'text' must be a string."],
    [{ text: 'a', other: 1 }, "Unknown parameter 'other'."],
    [{ text: 'a'.repeat(5_000) }, "Parameter 'text' is too long."],
  ])('answers %o with a failure that can be spoken', async (params, error) => {
    expect(await runner().run('ECHO', params, context)).toEqual({ success: false, message: error, data: null, error });
  });

  it('names a tool that does not exist or is not enabled', async () => {
    expect((await runner().run('nope', {}, context)).error).toBe('There is no tool named NOPE.');
    expect((await runner({ enabled: false }).run('ECHO', { text: 'a' }, context)).error).toBe('The tool ECHO is not enabled.');
    expect(runner({ enabled: false }).list(['ECHO', 'calc', 'CALC', 'NOPE']).map(({ name }) => name)).toEqual(['CALC']);
  });

  it('turns a tool that throws or never ends into a failure', async () => {
    expect((await runner({ execute: () => Promise.reject(new Error('secret')) }).run('ECHO', { text: 'a' }, context)).error).toBe('The tool ECHO failed.');
    expect((await runner({ execute: () => new Promise(() => {}) }).run('ECHO', { text: 'a' }, context)).error).toBe('The tool ECHO took too long.');
  });

  it('throws only when the turn is cancelled', async () => {
    const abort = new AbortController();
    const running = runner({ execute: () => new Promise(() => {}) }).run('ECHO', { text: 'a' }, { ...context, signal: abort.signal });
    abort.abort();
    await expect(running).rejects.toMatchObject({ kind: 'cancelled' } satisfies Partial<AppError>);
  });
});
