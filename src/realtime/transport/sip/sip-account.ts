import { randomBytes } from 'node:crypto';
import { Inviter, SIPExtension, UserAgent, type Invitation, type Session } from 'sip.js';
import { newId } from '@/server/platform/ids';
import type { Logger } from '@/server/platform/logger';
import type { Secret } from '@/server/platform/secret';
import type { G711 } from '../../audio/g711';
import type { MediaNode } from '../rtp/media-node';
import { parseRemoteDescription, SdpRefusal } from '../sdp/remote-description';
import { AccountTransport, INSIDE_HOST } from './account-transport';
import { Admission } from './admission';
import { dialogMessage, type DialogMessage } from './dialog-message';
import { calledNumber } from './fixes/called-number';
import { mendSipJs } from './fixes/mend-sip-js';
import type { SipListener, SipRoute } from './listener/sip-listener';
import { localAddressTowards } from './local-address';
import type { Peer, SipProtocol } from './peer';
import { ProxyRequests } from './proxy-requests';
import { Registration, type RegistrationState } from './registration';
import type { HostResolver } from './resolve-host';
import { SipCall, type SipCallFacts } from './sip-call';
import { parseSipUri, type SipText } from './sip-text';

export interface SipAccountSettings {
  /** Stable, for logs and the console. */
  id: string;
  /** What stands behind the @ of our own address; a trunk's name or address. */
  domain: string;
  user: string;
  /** When it differs from `user`. */
  authorizationUser?: string;
  password?: Secret;
  displayName?: string;
  /** Where requests go, whomever they name: `host` or `host:port`; the domain when there is none. */
  proxy?: string;
  protocol: SipProtocol;
  /** False: a static trunk, which is known by its addresses. */
  registers: boolean;
  /** Addresses and networks that calls come from, besides the proxy's own. */
  allowedAddresses: readonly string[];
  /** Who may call from anywhere else, by name and password. */
  callers?: readonly { username: string; password: Secret }[];
  /** Numbers that are ours on this trunk, when several accounts share one provider address. */
  numbers?: readonly string[];
  codecs?: readonly G711[];
}

export interface SipAccountOptions {
  expiresSeconds: number;
  firstRetryMs: number;
  maxRetryMs: number;
  keepAliveMs: number;
  rtpTimeoutMs: number;
  /** How often our own address towards the proxy and the proxy's addresses are looked at. */
  addressCheckMs: number;
}

export const DEFAULT_ACCOUNT_OPTIONS: SipAccountOptions = {
  expiresSeconds: 300,
  firstRetryMs: 2_000,
  maxRetryMs: 120_000,
  keepAliveMs: 25_000, // NAT forgets UDP after 30 s
  rtpTimeoutMs: 30_000,
  addressCheckMs: 30_000,
};

/** How long a call that is over is told of messages: longer than the answer to a BYE is waited for where anybody still looks. */
const LINGER_MS = 4_000;

/** How sip.js words it (api/user-agent.js, core/messages/parser.js) when nobody hears of a message. */
const UNREAD = /\bdropping\b/i;

export type SipAccountState = 'stopped' | 'static' | RegistrationState;

export interface SipAccountDeps {
  listener: SipListener;
  media: Pick<MediaNode, 'open'>;
  resolver: HostResolver;
  logger: Logger;
  /** SIP_PUBLIC_ADDRESS: what the world sees, when that is not the address of this machine. */
  publicAddress?: string;
  options?: Partial<SipAccountOptions>;
  /** Somebody rings. Nothing is answered yet but 100; listen, then ring, answer or refuse. */
  onCall(call: SipCall, account: SipAccount): void;
  onState?(state: SipAccountState, error: string | null): void;
}

/*
 *   stopped ── start (registers) ──▶ registering ⇄ registered / waiting      (drawn in registration.ts)
 *   stopped ── start (static) ─────▶ static
 *   any ── retire: the registration takes its leave, calls go on ──▶ retired
 *   any ── stop: calls end, the registration takes its leave ──▶ stopped
 * One address of ours at one PBX or provider. Each has a user agent of its own, or sip.js would refuse calls between two of them (482).
 */
export class SipAccount implements SipRoute {
  readonly key = randomBytes(4).toString('hex');
  /** Nobody can guess it: a request for this user was given it by us. */
  readonly #contactUser = randomBytes(8).toString('hex');
  readonly #calls = new Map<Session, SipCall>();
  readonly #admission: Admission;
  readonly #options: SipAccountOptions;
  readonly #agent: UserAgent;
  readonly #transport: AccountTransport;
  readonly #registration: Registration | undefined;
  readonly #proxy: { host: string; port: number | undefined };
  readonly #requests: ProxyRequests;
  /** By Call-ID, for a while after their end too. */
  readonly #dialogs = new Map<string, SipCall>();
  readonly #lingering = new Set<NodeJS.Timeout>();
  /** What came of a call that sip.js has not told us of yet. */
  #arriving: { sipCallId: string; messages: DialogMessage[] } | undefined;
  #retired = false;
  /** The registration takes its leave, once. */
  #leaving: Promise<void> | undefined;
  /** From `start` to `stop`. */
  #open = false;
  #state: SipAccountState = 'stopped';
  #lastError: string | null = null;
  #localAddress = '127.0.0.1';
  #proxyPeers: Peer[] = [];
  #detach = () => {};
  #timers: NodeJS.Timeout[] = [];

  constructor(readonly settings: SipAccountSettings, private readonly deps: SipAccountDeps) {
    mendSipJs();
    this.#options = { ...DEFAULT_ACCOUNT_OPTIONS, ...deps.options };
    this.#admission = new Admission({ allowed: settings.allowedAddresses, callers: settings.callers ?? [], realm: settings.domain, isUnderWay: (branch) => this.#agent.userAgentCore.userAgentServers.has(branch) });
    const proxy = parseSipUri(`sip:${settings.proxy ?? settings.domain}`);
    const aor = UserAgent.makeURI(`sip:${encodeURIComponent(settings.user)}@${settings.domain}`);
    const registrar = UserAgent.makeURI(`sip:${settings.domain}`);
    if (!proxy || !aor || !registrar) throw new Error(`This is not a SIP address: ${settings.user}@${settings.domain}`);
    this.#proxy = proxy;
    this.#requests = new ProxyRequests({
      domain: settings.domain,
      isProxy: (peer) => this.#proxyPeers.some(({ address, port }) => address === peer.address && port === peer.port),
    });
    this.#agent = this.#createAgent(aor);
    this.#transport = this.#agent.transport as AccountTransport;
    this.#registration = settings.registers ? new Registration({
      agent: this.#agent, aor, registrar, random: Math.random,
      expiresSeconds: this.#options.expiresSeconds, firstRetryMs: this.#options.firstRetryMs, maxRetryMs: this.#options.maxRetryMs,
      onState: (state, error) => this.#move(state, error),
    }) : undefined;
  }

  get state(): SipAccountState { return this.#state; }
  /** In words; null when all is well. */
  get lastError(): string | null { return this.#lastError; }
  /** Of the registration that holds; null without one. */
  get registeredUntil(): Date | null { return this.#registration?.until ?? null; }
  get calls(): number { return this.#calls.size; }
  get retransmissions(): number { return this.#transport.retransmissions.count; }

  /** Takes as long as it takes to find the proxy's address; may be stopped meanwhile. */
  async start(): Promise<void> {
    this.#open = true;
    await this.#checkAddresses();
    if (this.#open) await this.#agent.start();
    if (!this.#open || this.#retired) return;
    this.#detach = this.deps.listener.attach(this);
    this.#timers = [
      setInterval(() => void this.#checkAddresses().then((changed) => { if (changed) this.#registration?.register(); }), this.#options.addressCheckMs),
      setInterval(() => { if (this.#proxyPeers[0]) this.deps.listener.ping(this.#proxyPeers[0]); }, this.#options.keepAliveMs),
    ];
    if (this.#registration) this.#registration.register();
    else this.#move('static', this.#lastError); // a name that stands for no address, say
  }

  /** Rings somebody: a number (at our domain) or a whole SIP address, in either case through the proxy. @throws RangeError when it is neither */
  call(options: { to: string; from?: { user?: string; name?: string }; id?: string }): SipCall {
    const target = UserAgent.makeURI(/^sips?:/i.test(options.to) ? options.to.replace(/^sips:/i, 'sip:') : `sip:${encodeURIComponent(options.to).replace(/%2B/gi, '+')}@${this.settings.domain}`);
    if (!target) throw new RangeError(`to: "${options.to}" is neither a number nor a SIP address`);
    const from = options.from?.user === undefined ? undefined : UserAgent.makeURI(`sip:${encodeURIComponent(options.from.user).replace(/%2B/gi, '+')}@${this.settings.domain}`);
    const name = options.from?.name ?? this.settings.displayName;
    const inviter = new Inviter(this.#agent, target, {
      earlyMedia: false, // the call takes it itself: sip.js could not bear another branch of a fork answering afterwards
      params: { ...(from ? { fromUri: from } : {}), ...(name ? { fromDisplayName: name.replace(/["\\\r\n]/g, '') } : {}) },
    });
    return this.#adopt(inviter, { id: options.id ?? newId(), direction: 'outbound', sipCallId: inviter.request.callId, remoteNumber: target.user ?? options.to, remoteName: null, calledNumber: target.user ?? options.to });
  }

  /** Another takes this one's place: no new call comes in or goes out here, those it has go on. To be stopped when `calls` is 0. */
  async retire(): Promise<void> {
    if (this.#retired) return;
    this.#retired = true;
    await this.#leave();
  }

  async stop(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    for (const timer of this.#timers.splice(0)) clearInterval(timer);
    for (const timer of this.#lingering) clearTimeout(timer);
    for (const call of [...this.#calls.values()]) call.hangUp('We are shutting down');
    await this.#leave(); // also what `retire` began: a registrar that asks for the password once more must still be answered
    this.#retired = false;
    this.#move('stopped', null);
    this.#detach();
    await this.#agent.stop().catch((error: unknown) => this.deps.logger.debug({ err: error }, 'a user agent did not stop cleanly'));
    await this.#transport.dispose();
  }

  #leave(): Promise<void> {
    this.#leaving ??= this.#state === 'stopped' ? Promise.resolve() : this.#registration?.stop() ?? Promise.resolve();
    return this.#leaving;
  }

  // ── The listener's side ──────────────────────────────────────────────────────────────────────

  fits(request: SipText, from: Peer): number {
    const dialled = parseSipUri(request.requestUri);
    if (dialled?.user === this.#contactUser) return 100;
    if (this.#retired) return 0;
    // The listener tells strangers that we are there: what sip.js lists in its answer would say what we are made of.
    if (!this.#admission.trusts(from.address) && (!this.#admission.asksForPasswords || request.method === 'OPTIONS')) return 0;
    const to = parseSipUri(request.get('To') ?? '');
    const { numbers = [], user, domain } = this.settings;
    const named = [dialled?.user, to?.user];
    return (this.#admission.trusts(from.address) ? 40 : 5)
      + (named.some((each) => each !== undefined && numbers.includes(each)) ? 20 : 0)
      + (named.includes(user) ? 10 : 0)
      + ([dialled?.host, to?.host].includes(domain) ? 5 : 0);
  }

  trusts(address: string): boolean { return this.#admission.trusts(address); }

  receive(message: SipText, from: Peer): void {
    if (!message.isResponse) {
      const refusal = this.#admission.refusal(message, from.address);
      if (refusal) return this.deps.listener.answer(refusal, from);
    }
    this.#transport.receive(message, from);
  }

  flowClosed(peer: Peer): void {
    if (this.settings.protocol === 'tcp' && this.#proxyPeers.some(({ address, port }) => address === peer.address && port === peer.port)) this.#registration?.lost();
  }

  // ── Inside ───────────────────────────────────────────────────────────────────────────────────

  #createAgent(uri: NonNullable<ReturnType<typeof UserAgent.makeURI>>): UserAgent {
    const { settings, deps } = this;
    return new UserAgent({
      uri,
      authorizationUsername: settings.authorizationUser ?? settings.user,
      authorizationPassword: settings.password?.reveal() ?? '',
      displayName: settings.displayName?.replace(/["\\\r\n]/g, '') ?? '',
      contactName: this.#contactUser,
      contactParams: settings.protocol === 'tcp' ? { transport: 'tcp' } : {},
      viaHost: INSIDE_HOST,
      forceRport: true,
      userAgentString: 'none', // taken off every message; sip.js insists on one
      noAnswerTimeout: 600, // how long a call rings is decided above
      sendInitialProvisionalResponse: false,
      sipExtension100rel: SIPExtension.Supported,
      logBuiltinEnabled: false,
      logConfiguration: false,
      // What it cannot read it drops, and says so in its log alone.
      logConnector: (_level, _category, _label, content) => { if (UNREAD.test(String(content))) deps.listener.counters.malformed += 1; },
      transportConstructor: AccountTransport,
      transportOptions: {
        listener: deps.listener, accountKey: this.key, protocol: settings.protocol, contactUser: this.#contactUser,
        sentBy: () => this.#sentBy,
        requests: this.#requests,
        proxy: async () => (await this.deps.resolver.resolve(this.#proxy.host, this.#proxy.port, settings.protocol))[0],
        resolve: (host: string, port: number | undefined, protocol: SipProtocol) => this.#resolve(host, port, protocol),
        onPassed: (direction: 'in' | 'out', message: SipText) => this.#onPassed(direction, message),
        onThrown: (error: unknown) => { deps.listener.counters.thrown += 1; deps.logger.debug({ err: error, account: settings.id }, 'sip.js could not take a message'); },
      },
      sessionDescriptionHandlerFactory: (session: Session) => this.#calls.get(session)!.description,
      delegate: {
        onInvite: (invitation) => this.#onInvite(invitation),
        onMessage: (message) => { message.reject({ statusCode: 405 }).catch(() => {}); },
        onNotify: (notification) => { notification.accept().catch(() => {}); }, // message waiting: PBXs send it unasked
      },
    });
  }

  #onInvite(invitation: Invitation): void {
    const { request } = invitation;
    const call = this.#adopt(invitation, {
      id: newId(), direction: 'inbound', sipCallId: request.callId,
      remoteNumber: invitation.assertedIdentity?.uri.user ?? request.from.uri.user ?? '',
      remoteName: invitation.assertedIdentity?.displayName || request.from.displayName || null,
      calledNumber: calledNumber(request, [this.#contactUser, this.settings.user]),
    });
    // What cannot be talked about is refused before anybody is woken: sip.js would answer 480, which reads "try later".
    if (request.body) {
      try {
        parseRemoteDescription(request.body);
      } catch (error) {
        if (error instanceof SdpRefusal) this.deps.logger.info({ account: this.settings.id, problem: error.message }, 'an incoming call was refused');
        return call.refuse('media_refused');
      }
    }
    this.deps.onCall(call, this);
  }

  #adopt(session: Session, facts: SipCallFacts): SipCall {
    const call = new SipCall(facts, session, {
      media: this.deps.media, logger: this.deps.logger, codecs: this.settings.codecs ?? ['PCMU', 'PCMA'], rtpTimeoutMs: this.#options.rtpTimeoutMs,
      mediaAddress: () => ({ advertised: this.#advertised, bind: this.deps.listener.host }),
      onEnded: () => { this.#calls.delete(session); this.#linger(facts.sipCallId); },
    });
    this.#calls.set(session, call);
    this.#dialogs.set(facts.sipCallId, call);
    const arrived = this.#arriving?.sipCallId === facts.sipCallId ? this.#arriving.messages : [];
    this.#arriving = undefined;
    for (const message of arrived) call.passed(message);
    return call;
  }

  /** sip.js makes a call of an INVITE while it takes it: what passes before is kept for the call that comes of it. */
  #onPassed(direction: 'in' | 'out', message: SipText): void {
    const sipCallId = message.get('Call-ID') ?? '';
    const call = this.#dialogs.get(sipCallId);
    if (call) return call.passed(dialogMessage(direction, message));
    if (direction === 'in' && message.method === 'INVITE' && !message.isResponse) this.#arriving = { sipCallId, messages: [] };
    if (this.#arriving?.sipCallId === sipCallId && this.#arriving.messages.length < 4) this.#arriving.messages.push(dialogMessage(direction, message));
  }

  #linger(sipCallId: string): void {
    const timer = setTimeout(() => { this.#lingering.delete(timer); this.#dialogs.delete(sipCallId); }, LINGER_MS);
    timer.unref(); // a story's last line must not hold up anybody's end
    this.#lingering.add(timer);
  }

  /** Inside a dialog. Our own domain is reached through the proxy; everybody else, and the proxy's Record-Route, by name. */
  async #resolve(host: string, port: number | undefined, protocol: SipProtocol): Promise<Peer> {
    const { resolver } = this.deps;
    const peers = this.#requests.isOwnDomain({ host, port }) ? await resolver.resolve(this.#proxy.host, this.#proxy.port, protocol) : await resolver.resolve(host, port, protocol);
    return peers[0]!;
  }

  /** Whether the address changed under which others reach us. */
  async #checkAddresses(): Promise<boolean> {
    const before = this.#sentBy;
    try {
      this.#proxyPeers = await this.deps.resolver.resolve(this.#proxy.host, this.#proxy.port, this.settings.protocol);
      this.#admission.learn(this.#proxyPeers.map(({ address }) => address));
      this.#localAddress = await localAddressTowards(this.#proxyPeers[0]!.address);
    } catch (error) {
      this.#lastError = error instanceof Error ? error.message : String(error);
    }
    const { uri } = this.#agent.contact;
    uri.host = this.#advertised;
    uri.port = this.deps.listener.port;
    return this.#sentBy !== before;
  }

  get #advertised(): string {
    const { host } = this.deps.listener;
    return this.deps.publicAddress ?? (host === '0.0.0.0' ? this.#localAddress : host);
  }
  get #sentBy(): string { return `${this.#advertised}:${this.deps.listener.port}`; }

  #move(state: SipAccountState, error: string | null): void {
    if (state === 'stopped' && (this.#state === 'stopped' || this.#retired)) return;
    this.#state = state;
    this.#lastError = state === 'registering' ? this.#lastError : error; // what was wrong stays readable until it is better
    this.deps.onState?.(state, this.#lastError);
  }
}
