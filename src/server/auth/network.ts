import type { IncomingHttpHeaders } from 'node:http';
import ipaddr from 'ipaddr.js';

export type Network = ReturnType<typeof ipaddr.parseCIDR>;

export const parseNetworks = (cidrs: readonly string[]): Network[] => cidrs.map((cidr) => ipaddr.parseCIDR(cidr));

/** `::ffff:10.0.0.1` is 10.0.0.1: a dual-stack socket reports IPv4 callers that way. */
export function inNetworks(address: string, networks: readonly Network[]): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  return networks.some((network) => parsed.kind() === network[0].kind() && parsed.match(network));
}

const FORWARDING_HEADERS = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'x-forwarded-host', 'x-forwarded-proto', 'via', 'cf-connecting-ip', 'true-client-ip'] as const;

/** Whether the request says that somebody passed it on. */
export const isForwarded = (headers: IncomingHttpHeaders): boolean => FORWARDING_HEADERS.some((name) => headers[name] !== undefined);

/**
 * Who really called: the socket's address, or the last address in X-Forwarded-For that no trusted proxy has.
 * Null when the request was passed on and we cannot know by whom: such a caller must not profit from an address.
 */
export function callerAddress(request: { headers: IncomingHttpHeaders; remoteAddress: string }, trusted: readonly Network[]): string | null {
  if (!isForwarded(request.headers)) return request.remoteAddress;
  if (!inNetworks(request.remoteAddress, trusted)) return null;
  const given = request.headers['x-forwarded-for'];
  if (given === undefined) return null;
  const chain = (Array.isArray(given) ? given.join(',') : given).split(',').map((part) => part.trim()).reverse();
  return chain.find((address) => !inNetworks(address, trusted)) ?? null;
}
