import { lookup, resolveSrv } from 'node:dns/promises';
import { isIP } from 'node:net';
import { DEFAULT_SIP_PORT, type Peer, type SipProtocol } from './peer';

const KEPT_MS = 30_000;
const MAX_KEPT = 200;

/**
 * RFC 3263: a number is itself, a name with a port is looked up, a name without one may have SRV records. Kept for half a
 * minute: every request of a call asks, and a proxy that moves must be found again.
 */
export class HostResolver {
  readonly #kept = new Map<string, { peers: Peer[]; until: number }>();

  /** The best address first. @throws Error when the name is unknown */
  async resolve(host: string, port: number | undefined, protocol: SipProtocol): Promise<Peer[]> {
    if (isIP(host)) return [{ address: host, port: port ?? DEFAULT_SIP_PORT, protocol }];
    const key = `${host}|${port}|${protocol}`;
    const kept = this.#kept.get(key);
    if (kept && kept.until > performance.now()) return kept.peers;
    const peers = await this.#ask(host, port, protocol);
    this.#kept.delete(key);
    this.#kept.set(key, { peers, until: performance.now() + KEPT_MS });
    if (this.#kept.size > MAX_KEPT) this.#kept.delete(this.#kept.keys().next().value!);
    return peers;
  }

  async #ask(host: string, port: number | undefined, protocol: SipProtocol): Promise<Peer[]> {
    const services = port === undefined ? await resolveSrv(`_sip._${protocol}.${host}`).catch(() => []) : [];
    // Section 4.2: by priority; among equals the heavier first is as good as a draw for one client.
    services.sort((a, b) => a.priority - b.priority || b.weight - a.weight);
    const targets = services.length > 0 ? services.map(({ name, port: servicePort }) => ({ name, port: servicePort })) : [{ name: host, port: port ?? DEFAULT_SIP_PORT }];
    const peers: Peer[] = [];
    for (const target of targets.slice(0, 8)) {
      const addresses = await lookup(target.name, { family: 4, all: true }).catch(() => []);
      peers.push(...addresses.map(({ address }) => ({ address, port: target.port, protocol })));
    }
    if (peers.length === 0) throw new Error(`Host ${host} is not known`);
    return peers;
  }
}
