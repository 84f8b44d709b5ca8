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

const THOUSAND = 1_000;

/** Beside an axis: as many digits as its steps have, the same for all of them. $0, $0.50, $1.00, $1.50; $0, $1k, $2k. */
export function formatUsdAxis(usd: number, step: number): string {
  if (usd === 0) return '$0';
  if (step >= THOUSAND / 2) return `$${(usd / THOUSAND).toLocaleString('en', { maximumFractionDigits: 1 })}k`;
  if (step >= 1) return `$${usd.toLocaleString('en', { maximumFractionDigits: 0 })}`;
  return `$${usd.toFixed(Math.max(2, Math.ceil(-Math.log10(step) - 1e-9)))}`;
}

/** A price: every digit counts, and no more zeros than two. $2.50, $0.006. */
export const formatPrice = (usd: number): string => `$${usd.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 10 })}`;
