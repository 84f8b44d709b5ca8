import { failed, succeeded } from '../result';
import type { Tool } from '../tool';
import { evaluateSum, SumError } from './evaluate-sum';

export const calcTool: Tool = {
  name: 'CALC',
  label: 'Working it out',
  description: 'Evaluate an arithmetic expression',
  parameters: { expression: { type: 'string', required: true, description: "Arithmetic such as '25 * 4 + 10' or 'sqrt(2)'" } },
  enabled: true,
  async execute(params) {
    try {
      const result = evaluateSum(String(params.expression));
      return succeeded(`The result is ${result}`, { result });
    } catch (thrown) {
      if (thrown instanceof SumError) return failed(thrown.message);
      throw thrown;
    }
  },
};
