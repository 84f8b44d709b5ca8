export interface Refused {
  ok: false;
  /** 0 when the server could not be reached. */
  status: number;
  message: string;
  data: { issues?: { path: string; message: string }[] };
}

export type Answer<T> = { ok: true; data: T } | Refused;

/** The REST interface, for pages of people who are not signed in. */
export async function ask<T>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answer<T>> {
  try {
    const response = await fetch(path, { method, ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }) });
    const answer = (await response.json()) as T & { detail?: string; issues?: { path: string; message: string }[] };
    if (response.ok) return { ok: true, data: answer };
    return { ok: false, status: response.status, message: answer.detail ?? 'Something went wrong. Try again.', data: answer.issues ? { issues: answer.issues } : {} };
  } catch {
    return { ok: false, status: 0, message: 'The server cannot be reached. Is Parley running?', data: {} };
  }
}
