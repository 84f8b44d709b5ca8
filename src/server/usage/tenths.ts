/** Numbers are answered with one decimal. */
export const tenths = (value: number): number => Math.round(value * 10) / 10;
