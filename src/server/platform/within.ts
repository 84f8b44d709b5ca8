import { awakeTimer } from './awake-timer';

const LATE = Symbol('late');

/** The work goes on unheard when it takes longer. */
async function orLate<T>(work: Promise<T>, ms: number): Promise<T | typeof LATE> {
  let cancel = (): void => {};
  const late = new Promise<typeof LATE>((resolve) => { cancel = awakeTimer(ms, () => resolve(LATE)); });
  try {
    return await Promise.race([work, late]);
  } finally {
    cancel();
  }
}

/** The work's result, or a rejection (code ETIMEDOUT) when it takes longer; the work itself goes on unheard. */
export async function within<T>(work: Promise<T>, ms: number, message: string): Promise<T> {
  const result = await orLate(work, ms);
  if (result === LATE) throw Object.assign(new Error(message), { code: 'ETIMEDOUT' });
  return result;
}

/** The work's result, or undefined when it takes longer; the work itself goes on unheard. */
export async function inTime<T>(work: Promise<T>, ms: number): Promise<T | undefined> {
  const result = await orLate(work, ms);
  return result === LATE ? undefined : result;
}
