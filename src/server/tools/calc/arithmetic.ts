type Arithmetic = (...values: number[]) => number;

const on = (apply: (a: number, b: number) => number): Arithmetic => (a = NaN, b = NaN) => apply(a, b);
const one = (apply: (a: number) => number): Arithmetic => (a = NaN) => apply(a);

export const CONSTANTS: ReadonlyMap<string, number> = new Map([['pi', Math.PI], ['e', Math.E], ['tau', 2 * Math.PI]]);

/** Operator and number of operands. */
export const OPERATORS: ReadonlyMap<string, Arithmetic> = new Map<string, Arithmetic>([
  ['+/2', on((a, b) => a + b)],
  ['-/2', on((a, b) => a - b)],
  ['*/2', on((a, b) => a * b)],
  ['//2', on((a, b) => a / b)],
  ['^/2', on((a, b) => a ** b)],
  ['%/2', on(modulo)],
  ['mod/2', on(modulo)],
  ['+/1', one((a) => a)],
  ['-/1', one((a) => -a)],
  ['%/1', one((a) => a / 100)],
  ['!/1', one(factorial)],
]);

interface SumFunction {
  min: number;
  max: number;
  apply: Arithmetic;
}

const unary = (apply: (a: number) => number): SumFunction => ({ min: 1, max: 1, apply: one(apply) });
const many = (apply: Arithmetic): SumFunction => ({ min: 1, max: 100, apply });

export const FUNCTIONS: ReadonlyMap<string, SumFunction> = new Map<string, SumFunction>([
  ['sqrt', unary(Math.sqrt)], ['cbrt', unary(Math.cbrt)], ['abs', unary(Math.abs)], ['exp', unary(Math.exp)],
  ['ln', unary(Math.log)], ['log10', unary(Math.log10)], ['log2', unary(Math.log2)],
  ['log', { min: 1, max: 2, apply: (a = NaN, base) => (base === undefined ? Math.log(a) : Math.log(a) / Math.log(base)) }],
  ['sin', unary(Math.sin)], ['cos', unary(Math.cos)], ['tan', unary(Math.tan)],
  ['asin', unary(Math.asin)], ['acos', unary(Math.acos)], ['atan', unary(Math.atan)],
  ['floor', unary(Math.floor)], ['ceil', unary(Math.ceil)], ['sign', unary(Math.sign)], ['factorial', unary(factorial)],
  ['round', { min: 1, max: 2, apply: (a = NaN, digits = 0) => roundTo(a, digits) }],
  ['pow', { min: 2, max: 2, apply: on((a, b) => a ** b) }],
  ['mod', { min: 2, max: 2, apply: on(modulo) }],
  ['min', many(Math.min)], ['max', many(Math.max)],
  ['sum', many((...values) => values.reduce((total, each) => total + each, 0))],
  ['mean', many((...values) => values.reduce((total, each) => total + each, 0) / values.length)],
]);

/** The result has the divisor's sign, as people who count clock hours expect. */
function modulo(a: number, b: number): number {
  return a - b * Math.floor(a / b);
}

/** Whole numbers only; past 170 a double is infinite, so the loop is short. */
function factorial(n: number): number {
  if (!Number.isInteger(n) || n < 0) return NaN;
  if (n > 170) return Infinity;
  let product = 1;
  for (let i = 2; i <= n; i++) product *= i;
  return product;
}

function roundTo(a: number, digits: number): number {
  if (!Number.isInteger(digits) || digits < 0 || digits > 15) return NaN;
  const factor = 10 ** digits;
  return Math.round((a + Number.EPSILON) * factor) / factor;
}
