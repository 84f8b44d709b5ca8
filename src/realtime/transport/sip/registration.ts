import { awakeTimer } from '@/server/platform/awake-timer';
import type { UserAgent } from 'sip.js';
import type { URI } from 'sip.js/lib/grammar/uri.js';
import type { IncomingResponse } from 'sip.js/lib/core/messages/incoming-response.js';

/** In words, for the console. */
export type RegistrationState = 'idle' | 'registering' | 'registered' | 'waiting' | 'stopped';

export interface RegistrationOptions {
  agent: UserAgent;
  registrar: URI;
  aor: URI;
  expiresSeconds: number;
  firstRetryMs: number;
  maxRetryMs: number;
  random(): number;
  onState(state: RegistrationState, error: string | null): void;
}

/** A new registration that nobody answers is given up by Timer F (32 s); taking leave must not hold up a drain so long. */
const LEAVE_LIMIT_MS = 2_000;
const MIN_REFRESH_MS = 1_000;

/*
 *          register                200
 *   idle ───────────▶ registering ─────▶ registered ── 80 % of its time, address changed ──▶ registering
 *                      ▲       │ refused, no answer, flow lost       │ flow lost
 *              back-off│       ▼                                     │
 *                      └─── waiting ◀────────────────────────────────┘
 *   any ── stop ──▶ stopped (a registered one takes its leave)
 * sip.js's own Registerer tries once and refreshes at 99 % of the time; its core does the digest here too.
 */
export class Registration {
  #state: RegistrationState = 'idle';
  #timer: NodeJS.Timeout | undefined;
  #failures = 0;
  #attempt = 0;
  #expiresSeconds: number;
  #request: ReturnType<UserAgent['userAgentCore']['makeOutgoingRequestMessage']> | undefined;
  #again = false;
  #until: Date | null = null;

  constructor(private readonly options: RegistrationOptions) {
    this.#expiresSeconds = options.expiresSeconds;
  }

  get state(): RegistrationState { return this.#state; }

  /** Until when the registrar keeps the last one; null when it has none of ours. */
  get until(): Date | null { return this.#until; }

  /** Now, or once the running attempt is done. */
  register(): void {
    if (this.#state === 'stopped') return;
    if (this.#state === 'registering') { this.#again = true; return; }
    clearTimeout(this.#timer);
    this.#move('registering', null);
    const attempt = ++this.#attempt;
    const current = () => attempt === this.#attempt && this.#state === 'registering';
    this.#send(this.#expiresSeconds, {
      accepted: (response) => { if (current()) this.#accepted(response); },
      refused: (response) => { if (current()) this.#refused(response); },
    });
  }

  /** The connection or the address it was made over is gone. */
  lost(): void { if (this.#state === 'registered') this.#retry('The connection to the registrar was closed', 0); }

  async stop(): Promise<void> {
    const wasRegistered = this.#until !== null && this.#until.getTime() > Date.now(); // while it is being refreshed too
    clearTimeout(this.#timer);
    this.#attempt += 1;
    this.#until = null;
    this.#move('stopped', null);
    if (!wasRegistered) return;
    await new Promise<void>((resolve) => {
      const answered = awakeTimer(LEAVE_LIMIT_MS, resolve);
      const done = () => { answered(); resolve(); };
      this.#send(0, { accepted: done, refused: done });
    });
  }

  #send(expires: number, on: { accepted(response: IncomingResponse): void; refused(response: IncomingResponse): void }): void {
    const { agent, registrar, aor } = this.options;
    const core = agent.userAgentCore;
    // One Call-ID for all, its CSeq counting up: RFC 3261 section 10.2.
    this.#request ??= core.makeOutgoingRequestMessage('REGISTER', registrar, aor, aor, {}, undefined, undefined);
    const request = this.#request;
    request.cseq += 1;
    request.setHeader('cseq', `${request.cseq} REGISTER`);
    request.extraHeaders = [`Contact: ${agent.contact.toString({ register: true })};expires=${expires}`, `Expires: ${expires}`];
    core.register(request, { onAccept: on.accepted, onReject: on.refused, onRedirect: on.refused });
  }

  #accepted(response: IncomingResponse): void {
    this.#failures = 0;
    const seconds = this.#grantedSeconds(response);
    this.#until = new Date(Date.now() + seconds * 1_000);
    this.#move('registered', null);
    if (this.#again) return this.#wake(0);
    this.#wake(Math.max(MIN_REFRESH_MS, seconds * 800)); // at 80 %: a refresh that fails has time to be tried again
  }

  /** RFC 3261 section 10.2.4: the expiry of our own contact among all that the registrar has. */
  #grantedSeconds({ message }: IncomingResponse): number {
    const { user } = this.options.agent.contact.uri;
    const own = message.getHeaders('contact').find((contact) => user !== undefined && contact.includes(user));
    const granted = Number(/;\s*expires=(\d+)/i.exec(own ?? '')?.[1] ?? message.getHeader('expires') ?? NaN);
    return Number.isFinite(granted) && granted > 0 ? granted : this.#expiresSeconds;
  }

  #refused({ message }: IncomingResponse): void {
    const status = message.statusCode ?? 500;
    const wanted = Number(message.getHeader('min-expires'));
    if (status === 423 && wanted > this.#expiresSeconds && wanted <= 86_400) { // Interval Too Brief
      this.#expiresSeconds = wanted;
      this.#move('waiting', null);
      return this.#wake(0);
    }
    const retryAfterSeconds = parseInt(message.getHeader('retry-after') ?? '', 10);
    this.#retry(inWords(status, message.reasonPhrase ?? ''), Number.isFinite(retryAfterSeconds) ? Math.min(retryAfterSeconds, 3_600) * 1000 : null);
  }

  /** Doubling, with a fifth of chance in it: a hundred nodes must not come back to a restarted PBX in the same second. */
  #retry(error: string, afterMs: number | null): void {
    const { firstRetryMs, maxRetryMs, random } = this.options;
    const backOffMs = Math.min(maxRetryMs, firstRetryMs * 2 ** Math.min(this.#failures, 16));
    this.#failures += 1;
    this.#again = false;
    this.#move('waiting', error);
    this.#wake(afterMs ?? backOffMs * (0.9 + random() * 0.2));
  }

  #wake(ms: number): void {
    clearTimeout(this.#timer);
    this.#again = false;
    this.#timer = setTimeout(() => this.register(), ms);
  }

  #move(state: RegistrationState, error: string | null): void {
    this.#state = state;
    this.options.onState(state, error);
  }
}

/** 401 and 407 after our answer to the challenge mean the same as 403, and an unknown user must not read differently. */
function inWords(status: number, reason: string): string {
  if ([401, 403, 404, 407].includes(status)) return `The registrar refuses the user or the password (${status})`;
  if (status === 408) return 'The registrar does not answer';
  if (status === 503 && reason === 'Service Unavailable') return 'The registrar cannot be reached (503)';
  return `The registrar answered ${status} ${reason}`.trim();
}
