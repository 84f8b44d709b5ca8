import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import ipaddr from 'ipaddr.js';
import type { Secret } from '@/server/platform/secret';
import { statelessAnswer } from './listener/stateless-answer';
import { parseSipUri, type SipText } from './sip-text';
import { UsedAnswers } from './used-answers';

export interface AdmissionOptions {
  /** Networks or single addresses whose requests are the trunk's. */
  allowed: readonly string[];
  /** Who may ring from anywhere else, with a password. */
  callers: readonly { username: string; password: Secret }[];
  realm: string;
  /** Whether a request of this branch is being worked on: the same one again is a repetition on a lossy wire. */
  isUnderWay?(branch: string): boolean;
}

const NONCE_LIFE_MS = 60_000;

/**
 * Who may open a call. By address, else by digest (RFC 3261 section 22), else not. An unknown name and a wrong password are the same
 * answer after the same work. An answer to a challenge opens one request, the one it was made for: whoever overheard it can do
 * nothing with it. What belongs to a dialog is not asked again: its tags are known to its two ends only.
 */
export class Admission {
  readonly #key = randomBytes(32);
  readonly #networks: [ipaddr.IPv4 | ipaddr.IPv6, number][];
  readonly #used = new UsedAnswers({ lifeMs: NONCE_LIFE_MS });
  #learned = new Set<string>();

  constructor(private readonly options: AdmissionOptions) {
    this.#networks = options.allowed.map((each) => (each.includes('/') ? ipaddr.parseCIDR(each) : [ipaddr.parse(each), ipaddr.parse(each).kind() === 'ipv4' ? 32 : 128]));
  }

  /** Addresses that the registrar's name stands for at present. */
  learn(addresses: readonly string[]): void { this.#learned = new Set(addresses); }

  trusts(address: string): boolean {
    if (this.#learned.has(address)) return true;
    if (!ipaddr.isValid(address)) return false;
    const parsed = ipaddr.process(address);
    return this.#networks.some(([network, bits]) => network.kind() === parsed.kind() && parsed.match(network, bits));
  }

  get asksForPasswords(): boolean { return this.options.callers.length > 0; }

  /** Null: come in. Else the answer. */
  refusal(request: SipText, address: string, nowMs = Date.now()): SipText | null {
    if (this.trusts(address) || request.toTag !== undefined || request.method === 'ACK' || request.method === 'CANCEL' || request.method === 'OPTIONS') return null;
    if (!this.asksForPasswords) return statelessAnswer(request, 403);
    const credentials = request.all('Authorization').map(parseDigest).find((each) => each?.realm === this.options.realm);
    if (!credentials || !this.#isFresh(credentials.nonce, nowMs)) return this.#challenge(request, nowMs, credentials !== undefined);
    if (!this.#matches(credentials, request.method) || !sameTarget(credentials.uri, request.requestUri)) return statelessAnswer(request, 403);
    const { nonce, nc } = credentials;
    const use = this.#used.use({ nonce, nc, by: `${request.get('Via')} ${request.get('Call-ID')} ${request.get('CSeq')}`, madeAtMs: madeAtOf(nonce), nowMs });
    const repeated = use === 'same' && (this.options.isUnderWay?.(request.branch) ?? false);
    return use === 'first' || repeated ? null : this.#challenge(request, nowMs, true);
  }

  #challenge(request: SipText, nowMs: number, stale: boolean): SipText {
    return statelessAnswer(request, 401, { 'WWW-Authenticate': `Digest realm="${this.options.realm}", nonce="${this.#nonce(nowMs)}", algorithm=MD5, qop="auth"${stale ? ', stale=true' : ''}` });
  }

  /** The time, something that makes it the only one, and a seal: nothing to remember about those who ask. */
  #nonce(nowMs: number): string { return this.#sealed(`${Math.floor(nowMs).toString(36)}-${randomBytes(6).toString('hex')}`); }

  #sealed(text: string): string { return `${text}-${createHmac('sha256', this.#key).update(text).digest('hex').slice(0, 32)}`; }

  #isFresh(nonce: string, nowMs: number): boolean {
    const madeAt = madeAtOf(nonce);
    return Number.isFinite(madeAt) && nowMs - madeAt < NONCE_LIFE_MS && equal(nonce, this.#sealed(nonce.slice(0, Math.max(0, nonce.lastIndexOf('-')))));
  }

  #matches(credentials: Digest, method: string): boolean {
    const caller = this.options.callers.find(({ username }) => username === credentials.username);
    const password = caller?.password.reveal() ?? this.#key.toString('hex'); // nobody's password, at the same price
    const a1 = md5(`${credentials.username}:${this.options.realm}:${password}`);
    const a2 = md5(`${method}:${credentials.uri}`);
    const wanted = credentials.qop === 'auth'
      ? md5(`${a1}:${credentials.nonce}:${credentials.nc}:${credentials.cnonce}:auth:${a2}`)
      : md5(`${a1}:${credentials.nonce}:${a2}`);
    return equal(credentials.response, wanted) && caller !== undefined;
  }
}

interface Digest { username: string; realm: string; nonce: string; uri: string; response: string; qop: string; nc: string; cnonce: string }

export function parseDigest(header: string): Digest | undefined {
  if (!/^\s*digest\s/i.test(header)) return undefined;
  const found: Record<string, string> = {};
  // Only where a word begins: from every letter of a long one it would be looked for to the end.
  for (const match of header.matchAll(/(?<!\w)(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/g)) found[match[1]!.toLowerCase()] ??= match[2] ?? match[3] ?? '';
  const of = (name: string) => found[name] ?? '';
  return { username: of('username'), realm: of('realm'), nonce: of('nonce'), uri: of('uri'), response: of('response'), qop: of('qop'), nc: of('nc'), cnonce: of('cnonce') };
}

const madeAtOf = (nonce: string): number => parseInt(nonce.split('-')[0] ?? '', 36);

/** RFC 2617 section 3.2.2.5: the answer names what was asked for. Parameters come and go on the way; some sign their peer's host alone, without whom they call. */
function sameTarget(answered: string, asked: string): boolean {
  const [left, right] = [parseSipUri(answered), parseSipUri(asked)];
  return left !== null && right !== null && (left.user === undefined || left.user === right.user) && left.host.toLowerCase() === right.host.toLowerCase() && left.port === right.port;
}

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

function equal(a: string, b: string): boolean {
  const [left, right] = [createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest()];
  return timingSafeEqual(left, right);
}
