import { parseDigest } from './admission';
import type { Peer } from './peer';
import { parseSipUri, type SipText } from './sip-text';

export interface ProxyRequestsOptions {
  /** What stands behind the @ of our own address: `host` or `host:port`. */
  domain: string;
  /** Whether this is where the trunk's proxy sends from at present. */
  isProxy(peer: Peer): boolean;
}

/** More than are under way in the 32 s for which a transaction lives. */
const MAX_SENT = 5_000;
const MAX_REALMS = 8;

/**
 * What begins outside a dialog goes to the trunk's own proxy, whatever host it names: an address that a caller of the API may
 * choose must not choose who sees our credentials. A challenge is answered when it is the proxy's: to a request at our own
 * domain, else in a realm that was learnt from those. The proxy may pass on a stranger's challenge; that names a realm of its own.
 */
export class ProxyRequests {
  /** By branch, oldest first. */
  readonly #sent = new Map<string, { peer: Peer; toOwnDomain: boolean }>();
  readonly #realms: Set<string>;
  readonly #own: { host: string; port: number | undefined } | null;

  constructor(private readonly options: ProxyRequestsOptions) {
    this.#own = parseSipUri(`sip:${options.domain}`);
    this.#realms = new Set(this.#own ? [this.#own.host] : []);
  }

  sent(request: SipText, peer: Peer): void {
    this.#sent.set(request.branch, { peer, toOwnDomain: this.isOwnDomain(parseSipUri(request.requestUri)) });
    if (this.#sent.size > MAX_SENT) this.#sent.delete(this.#sent.keys().next().value!);
  }

  /** RFC 3261 sections 9.1 and 17.1.1.3: a CANCEL, and the ACK of a refusal, go where their INVITE went, under its branch. */
  peerOf(request: SipText): Peer | undefined { return this.#sent.get(request.branch)?.peer; }

  isOwnDomain(uri: { host: string; port: number | undefined } | null): boolean {
    return uri !== null && this.#own !== null && uri.host.toLowerCase() === this.#own.host.toLowerCase() && (uri.port ?? this.#own.port) === this.#own.port;
  }

  /** Whether our name and password are for whoever asks like this. */
  mayAnswer(response: SipText, challenge: string, from: Peer): boolean {
    const realm = parseDigest(challenge)?.realm;
    if (!realm) return false;
    // Nobody but the proxy, and whom it asked, knows the branch of what was sent to it.
    const sent = this.#sent.get(response.branch);
    if (!sent && !this.options.isProxy(from)) return false;
    if (!sent?.toOwnDomain) return this.#realms.has(realm);
    this.#realms.add(realm);
    if (this.#realms.size > MAX_REALMS) this.#realms.delete(this.#realms.values().next().value!);
    return true;
  }
}
