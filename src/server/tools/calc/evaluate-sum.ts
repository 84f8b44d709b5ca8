import { create, parseDependencies, type MathNode } from 'mathjs/number';
import { CONSTANTS, FUNCTIONS, OPERATORS } from './arithmetic';

/** What a person got wrong, in words. */
export class SumError extends Error {}

const MAX_LENGTH = 300;
const MAX_DEPTH = 60;

/**
 * mathjs only parses here. The tree is then walked by us over closed tables of functions, so nothing that mathjs can
 * otherwise do (assign, import, build matrices, reach a property) exists. All work is bounded by the length of the text.
 */
const { parse } = create({ ...parseDependencies }, {});

export function evaluateSum(expression: string): number {
  if (expression.length > MAX_LENGTH) throw new SumError(`The expression is too long; at most ${MAX_LENGTH} characters.`);
  let tree: MathNode;
  try {
    tree = parse(normalise(expression));
  } catch {
    throw new SumError("I could not read that as a sum.");
  }
  const result = value(tree, 0);
  if (Number.isNaN(result)) throw new SumError('That has no real result.');
  if (!Number.isFinite(result)) throw new SumError('The result is not a finite number.');
  return Number(result.toPrecision(14)); // 0.1 + 0.2 is 0.3 to people
}

/** Signs that people and speech recognisers write for the operators. */
function normalise(expression: string): string {
  const signs = expression.replace(/[×✕]/g, '*').replace(/÷/g, '/').replace(/[−–]/g, '-').replace(/\*\*/g, '^').replace(/[=?\s]+$/, '').replace(/[$€£]/g, '');
  // "1,200" is one number, unless a function could take both.
  return /[a-z]/i.test(signs) ? signs.replace(/(\d)\s*x\s*(?=\d)/gi, '$1*') : signs.replace(/\b\d{1,3}(,\d{3})+\b/g, (number) => number.replaceAll(',', ''));
}

/** The members of mathjs's nodes that a sum can have. */
interface SumNode {
  type: string;
  value?: unknown;
  name?: string;
  op?: string;
  content?: SumNode;
  fn?: unknown;
  args?: SumNode[];
}

function value(given: unknown, depth: number): number {
  if (depth > MAX_DEPTH) throw new SumError('The expression is nested too deeply.');
  const node = given as SumNode;
  const inner = (child: SumNode) => value(child, depth + 1);
  switch (node.type) {
    case 'ConstantNode':
      if (typeof node.value === 'number') return node.value;
      break;
    case 'ParenthesisNode':
      if (node.content) return inner(node.content);
      break;
    case 'SymbolNode': {
      const constant = CONSTANTS.get(String(node.name).toLowerCase());
      if (constant === undefined) throw new SumError(`I do not know '${String(node.name).slice(0, 40)}'.`);
      return constant;
    }
    case 'OperatorNode': {
      const args = node.args ?? [];
      const percent = percentOf(node, args, inner);
      if (percent !== undefined) return percent;
      const operator = OPERATORS.get(`${node.op}/${args.length}`);
      if (operator) return operator(...args.map(inner));
      break;
    }
    case 'FunctionNode': {
      const name = functionName(node.fn);
      const found = FUNCTIONS.get(name.toLowerCase());
      if (!found) throw new SumError(`I do not know the function '${name.slice(0, 40)}'.`);
      const args = node.args ?? [];
      if (args.length < found.min || args.length > found.max) throw new SumError(`The function '${name}' has the wrong number of values.`);
      return found.apply(...args.map(inner));
    }
  }
  throw new SumError('Only numbers, operators and simple functions can be worked out.');
}

/** "80 + 10%" means ten per cent of the eighty. */
function percentOf(node: SumNode, [left, right]: SumNode[], inner: (child: SumNode) => number): number | undefined {
  if ((node.op !== '+' && node.op !== '-') || !left || right?.type !== 'OperatorNode' || right.op !== '%' || right.args?.length !== 1 || !right.args[0]) return undefined;
  const whole = inner(left);
  const part = (whole * inner(right.args[0])) / 100;
  return node.op === '+' ? whole + part : whole - part;
}

const functionName = (fn: unknown): string => {
  if (typeof fn === 'string') return fn;
  const node = fn as SumNode | undefined;
  return node?.type === 'SymbolNode' ? String(node.name) : '';
};
