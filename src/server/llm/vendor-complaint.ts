import type { APICallError } from '@ai-sdk/provider';
import { z } from 'zod';

/** What a vendor's refusal is about, where its status does not say. */
export type Complaint = 'key' | 'credit' | 'too-long' | 'model';

const BODY_LIMIT = 20_000;

const word = z.union([z.string(), z.number()]).transform(String).catch('');
const details = z.array(z.object({ reason: z.string(), retryDelay: z.string() }).partial().catch({})).catch([]);
const failure = z.object({ code: word, type: word, message: word, details }).partial();
const body = failure.extend({ error: failure.catch({}) }).partial();

type Body = z.infer<typeof body>;

/** Codes first. Texts are read only where a vendor has no code for it; they choose among our own words and go no further. */
const SIGNS: ReadonlyArray<[Complaint, codes: RegExp, texts: RegExp]> = [
  ['key', /^(API_KEY_INVALID|invalid_api_key|authentication_error)$/, /(?!)/],
  ['credit', /^(insufficient_quota|billing_error|billing_hard_limit_reached)$/, /credit balance is too low/i],
  ['too-long', /^(context_length_exceeded|request_too_large|exceed_context_size_error|3051)$/, /prompt is too long|too many tokens|maximum context length|exceeds the (maximum|available)/i],
  ['model', /^(model_not_found|invalid_model|1500)$/, /not a valid model|(invalid|unknown) model/i],
];

export function complaintOf(error: APICallError): Complaint | undefined {
  const said = bodyOf(error);
  const all = [said, said.error ?? {}];
  const codes = all.flatMap((one) => [one.code, one.type, ...(one.details ?? []).map(({ reason }) => reason)]).filter((code) => code !== undefined);
  const texts = all.map(({ message }) => message ?? '').join('\n');
  return SIGNS.find(([, code, text]) => codes.some((one) => code.test(one)) || text.test(texts))?.[0];
}

/** Seconds the vendor asks to wait: the usual header, OpenAI's in milliseconds, or Google's RetryInfo in the body. */
export function retryAfter(error: APICallError): number | undefined {
  const header = (name: string) => error.responseHeaders?.[name];
  const text = header('retry-after');
  const seconds = text === undefined ? undefined : Number.isFinite(Number(text)) ? Number(text) : (Date.parse(text) - Date.now()) / 1000;
  const inMs = header('retry-after-ms');
  const delay = (bodyOf(error).error?.details ?? []).map(({ retryDelay }) => /^(\d+(?:\.\d+)?)s$/.exec(retryDelay ?? '')?.[1]).find((one) => one !== undefined);
  const wait = inMs !== undefined ? Number(inMs) / 1000 : seconds ?? (delay === undefined ? undefined : Number(delay));
  return wait !== undefined && Number.isFinite(wait) && wait >= 0 ? Math.ceil(wait) : undefined;
}

function bodyOf({ responseBody }: APICallError): Body {
  if (responseBody === undefined || responseBody.length > BODY_LIMIT) return {};
  try {
    const parsed: unknown = JSON.parse(responseBody);
    const read = body.safeParse(Array.isArray(parsed) ? parsed[0] : parsed); // Google's lists hold one
    return read.success ? read.data : {};
  } catch {
    return {};
  }
}
