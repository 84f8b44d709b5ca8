import { awakeTimer } from './awake-timer';

/** The work's result, or a rejection (code ETIMEDOUT) when it takes longer; the work itself goes on unheard. */
export async function within<T>(work: Promise<T>, ms: number, message: string): Promise<T> {
  let cancel = (): void => {};
  const late = new Promise<never>((_resolve, reject) => {
    cancel = awakeTimer(ms, () => reject(Object.assign(new Error(message), { code: 'ETIMEDOUT' })));
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    cancel();
    work.catch(() => {}); // given up: nobody else listens
  }
}
