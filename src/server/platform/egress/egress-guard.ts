import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { promisify } from 'node:util';
import { addressProblem } from './address-problem';

/** Thrown, and given to whoever connects, when a destination is not on the public internet. */
export class EgressRefused extends Error {
  override readonly name = 'EgressRefused';
  readonly code = 'EGRESS_REFUSED';

  constructor(readonly host: string, readonly address: string, readonly place: string) {
    super(host === address ? `${address} is ${place}` : `${host} is ${address}, ${place}`);
  }
}

export type ResolveAll = (host: string) => Promise<LookupAddress[]>;

const resolveBySystem: ResolveAll = (host) => promisify(systemLookup)(host, { all: true });

/** RFC 6761: never anywhere else, whatever a resolver says. */
const LOCALHOST = /(^|\.)localhost\.?$/i;

/**
 * Keeps what users may name (webhooks, tools, imports) from reaching what only this machine can reach. A name is judged
 * when it is connected to, by the very addresses that are then used: one that means something else a moment later gains nothing.
 */
export class EgressGuard {
  readonly #allow: readonly string[];
  readonly #resolve: ResolveAll;

  constructor(options: { allow: readonly string[]; resolve?: ResolveAll }) {
    this.#allow = options.allow;
    this.#resolve = options.resolve ?? resolveBySystem;
  }

  /** Of a URL's `hostname`: the address a literal stands for, in whatever notation; names are none. */
  checkLiteral(hostname: string): void {
    const host = hostname.replace(/^\[|\]$/g, '');
    if (isIP(host) !== 0) this.#judge(host, host);
    else if (LOCALHOST.test(host)) this.#judge(host, '127.0.0.1');
  }

  /** @throws EgressRefused, or the resolver's error when nobody knows the name. */
  async addressesOf(hostname: string): Promise<LookupAddress[]> {
    this.checkLiteral(hostname);
    const host = hostname.replace(/^\[|\]$/g, '');
    const family = isIP(host);
    if (family !== 0) return [{ address: host, family }];
    const addresses = await this.#resolve(host);
    // One bad address spoils the name: which of them is connected to is not ours to choose.
    for (const { address } of addresses) this.#judge(host, address);
    return addresses;
  }

  /** For `lookup` of node's http and https requests. A literal never comes here: `checkLiteral` is for it. */
  readonly lookup: LookupFunction = (hostname, options, callback) => {
    this.addressesOf(hostname).then((all) => {
      const fitting = options.family === 4 || options.family === 6 ? all.filter(({ family }) => family === options.family) : all;
      const first = fitting[0];
      if (!first) callback(Object.assign(new Error(`${hostname} has no address`), { code: 'ENOTFOUND' }), '');
      else if (options.all) callback(null, fitting);
      else callback(null, first.address, first.family);
    }, (error: Error) => callback(error, ''));
  };

  #judge(host: string, address: string): void {
    const place = addressProblem(address, this.#allow);
    if (place !== null) throw new EgressRefused(host, address, place);
  }
}
