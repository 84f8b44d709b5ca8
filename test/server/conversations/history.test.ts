import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitHistory } from '@/server/conversations/history';
import type { HistoryMessage } from '@/server/conversations/store';
import { countTokens } from '@/server/llm';

const call = (id: string) => ({ id, name: 'CALC', args: { expression: '1' }, result: { success: true } });
const size = (messages: ReturnType<typeof fitHistory>) => messages.reduce((total, { content }) => total + countTokens(typeof content === 'string' ? content : JSON.stringify(content)) + 4, 0);

describe('the history a model sees', () => {
  it('is everything, oldest first, when it fits, ending with the question once', () => {
    const history: HistoryMessage[] = [{ role: 'user', content: 'a' }, { role: 'assistant', content: 'b' }, { role: 'user', content: 'c' }];
    expect(fitHistory({ history, text: 'c', system: '' })).toEqual([{ role: 'user', content: 'a' }, { role: 'assistant', content: 'b' }, { role: 'user', content: 'c' }]);
  });

  it('shows a reply with tools as call, result and words', () => {
    const history: HistoryMessage[] = [{ role: 'user', content: 'a' }, { role: 'assistant', content: 'two', metadata: { toolCalls: [call('1')] } }];
    expect(fitHistory({ history, text: 'c', system: '' }).map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'assistant', 'user']);
  });

  it('gives an opener to a conversation that the agent began, and leaves out empty failures', () => {
    const history: HistoryMessage[] = [{ role: 'assistant', content: 'Hello!' }, { role: 'user', content: 'a' }, { role: 'assistant', content: '' }];
    expect(fitHistory({ history, text: 'c', system: '' })).toMatchObject([{ role: 'user' }, { content: 'Hello!' }, { content: 'a' }, { content: 'c' }]);
  });

  it('keeps to the budget, keeps the newest, begins with the person and never splits a call from its result', () => {
    const message = fc.record({ role: fc.constantFrom('user' as const, 'assistant' as const), content: fc.lorem({ maxCount: 30 }), tool: fc.boolean() });
    fc.assert(fc.property(fc.array(message, { maxLength: 30 }), fc.integer({ min: 20, max: 800 }), (drawn, budgetTokens) => {
      const history: HistoryMessage[] = drawn.map(({ role, content, tool }, index) => ({ role, content, ...(role === 'assistant' && tool ? { metadata: { toolCalls: [call(String(index))] } } : {}) }));
      const fitted = fitHistory({ history, text: 'the question', system: 'be kind', budgetTokens });

      expect(fitted.at(-1)).toEqual({ role: 'user', content: 'the question' });
      expect(fitted[0]?.role).toBe('user');
      if (fitted.length > 1) expect(size(fitted.filter(({ content }) => content !== '(The conversation begins.)'))).toBeLessThanOrEqual(budgetTokens);
      fitted.forEach((each, index) => {
        if (each.role === 'tool') expect(JSON.stringify(fitted[index - 1]?.content)).toContain(String(each.content[0]?.type === 'tool-result' ? each.content[0].toolCallId : 'none'));
        if (each.role === 'assistant' && typeof each.content !== 'string') expect(fitted[index + 1]?.role).toBe('tool');
      });
      const texts = fitted.flatMap(({ content }) => (typeof content === 'string' && content !== '(The conversation begins.)' ? [content] : []));
      const said = [...history.map(({ content }) => content), 'the question'];
      expect(said.slice(-texts.length)).toEqual(texts); // a suffix: nothing in the middle is missing
    }), { numRuns: 300 });
  });
});
