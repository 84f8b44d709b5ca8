const dollars = new Intl.NumberFormat('en', { style: 'currency', currency: 'USD' });
const whole = new Intl.NumberFormat('en', { style: 'currency', currency: 'USD', maximumFractionDigits: 0 });
const tiny = new Intl.NumberFormat('en', { style: 'currency', currency: 'USD', maximumSignificantDigits: 2 });

const CENT = 0.01;
const LEAST = 0.0001;
const MANY = 10_000;

/** What it cost, as people say it: $1,204.17, $0.0042, under a hundredth of a cent as such. One request costs less than a cent, and that is not nothing. */
export function formatUsd(usd: number): string {
  if (usd === 0) return '$0.00';
  const size = Math.abs(usd);
  if (size < LEAST) return `${usd < 0 ? '> -' : '< '}$${LEAST}`;
  if (size < CENT) return tiny.format(usd);
  return size >= MANY ? whole.format(usd) : dollars.format(usd);
}

/** Beside an axis: no more digits than its steps have. */
export function formatUsdAxis(usd: number): string {
  if (usd === 0) return '$0';
  if (Math.abs(usd) >= 1000) return `$${Number((usd / 1000).toFixed(1))}k`;
  return `$${Number(usd.toPrecision(2))}`;
}

/** A price: every digit counts, and no more zeros than two. $2.50, $0.006. */
export const formatPrice = (usd: number): string => `$${usd.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 10 })}`;
