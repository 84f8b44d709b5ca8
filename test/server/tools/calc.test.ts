import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluateSum, SumError } from '@/server/tools/calc/evaluate-sum';
import { calcTool } from '@/server/tools';

const context = { workspaceId: 'w', conversationId: null, timeZone: 'UTC', signal: new AbortController().signal };

describe('CALC', () => {
  it('answers in the documented words', async () => {
    expect(await calcTool.execute({ expression: '25 * 4 + 10' }, context)).toEqual({ success: true, message: 'The result is 110', data: { result: 110 }, error: null });
  });

  it.each([
    ['0.1 + 0.2', 0.3], ['-3^2', -9], ['2^3^2', 512], ['10 % 3', 1], ['80 + 10%', 88], ['80 - 10%', 72], ['10% * 50', 5], ['5!', 120], ['(1+2)*3', 9],
    ['sqrt(144)', 12], ['log(8, 2)', 3], ['max(1,200)', 200], ['1,200 / 4', 300], ['25 × 4 ÷ 5', 20], ['3 x 4', 12], ['2 pi', 6.2831853071796], ['$5 + $6', 11], ['2**8 =', 256], ['7 mod 4', 3], ['1e3', 1000], ['round(2.345, 2)', 2.35],
  ])('works out %s', (expression, result) => {
    expect(evaluateSum(expression)).toBe(result);
  });

  it.each([
    ['import("fs")'], ['createUnit("x")'], ['evaluate("1")'], ['parse("1")'], ['simplify("x")'], ['derivative("x","x")'], ['f(x)=x'], ['a=1'], ['1;2'], ['[1,2]'], ['zeros(1e6,1e6)'], ['ones(99999)'], ['1:1e9'],
    ['"x"'], ['{a:1}'], ['cos.constructor'], ['cos.constructor("return process")()'], ['constructor'], ['__proto__'], ['toString()'], ['i'], ['2 cm to m'], ['true'], ['1/0'], ['sqrt(-1)'], ['9^9^9^9'], ['171!'], ['1e999'], ['combinations(1e9,5e8)'],
    ['('.repeat(200)], ['1+'.repeat(200)], ['-'.repeat(250) + '1'], ['1'.repeat(301)], [''], ['hello'], ['random()'], ['sqrt()'], ['sqrt(1,2)'], ['5 > 3'], ['1 ? 2 : 3'], ['1 << 40'], ['null'], ['NaN'], ['Infinity'],
  ])('refuses %s with words and without throwing', async (expression) => {
    const result = await calcTool.execute({ expression }, context);
    expect(result).toMatchObject({ success: false, data: null });
    expect(result.error).toBe(result.message);
    expect(result.message).not.toBe('');
  });

  it('gives a finite number or a sum error for any text at all', () => {
    const fragment = fc.constantFrom('1', '2.5', '9999999999', '+', '-', '*', '/', '^', '!', '%', '(', ')', ',', ' ', 'sqrt', 'max', 'pi', 'e', 'import', '.constructor', '[', ']', ':', '=', ';', '"', "'", 'mod', '√', '{', '}', '->', 'x');
    fc.assert(fc.property(fc.oneof(fc.string({ maxLength: 120 }), fc.array(fragment, { maxLength: 60 }).map((parts) => parts.join(''))), (expression) => {
      try {
        return Number.isFinite(evaluateSum(expression));
      } catch (error) {
        return error instanceof SumError;
      }
    }), { numRuns: 5_000 });
  });

  it('agrees with JavaScript on plain arithmetic', () => {
    const number = fc.integer({ min: 0, max: 10_000 }).map(String);
    const sum = fc.letrec<{ node: string }>((tie) => ({ node: fc.oneof({ maxDepth: 4 }, number, fc.tuple(tie('node'), fc.constantFrom('+', '-', '*'), tie('node')).map(([a, op, b]) => `(${a} ${op} ${b})`)) })).node;
    fc.assert(fc.property(sum.filter((text) => text.length <= 300), (text) => {
      const expected = Number((new Function(`return ${text}`) as () => number)().toPrecision(14));
      expect(evaluateSum(text)).toBe(expected);
    }), { numRuns: 500 });
  });
});
