import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Answered by a cloud's own machinery although the address looks public (Azure's wire server). */
const METADATA = ['168.63.129.16'];

const WORDS: Record<string, string> = {
  loopback: 'this machine itself', unspecified: 'this machine itself', private: 'a private network', uniqueLocal: 'a private network',
  deprecatedSiteLocal: 'a private network', linkLocal: 'a link-local network', carrierGradeNat: 'a provider’s inner network (CGNAT)',
  multicast: 'a multicast group', broadcast: 'a broadcast address', metadata: 'a cloud’s metadata service',
};

const GLOBAL_UNICAST = ipaddr.parseCIDR('2000::/3'); // all that IANA hands out
const NAT64 = ipaddr.parseCIDR('64:ff9b::/96'); // RFC 6052: hosts without IPv4 reach it so

/** The address that is meant: of one mapped or translated into IPv6, the IPv4 inside. */
function meantBy(text: string): Address {
  const address = ipaddr.process(text);
  if (address.kind() === 'ipv6' && address.match(NAT64)) return new ipaddr.IPv4(address.toByteArray().slice(-4));
  return address;
}

function rangeOf(address: Address): string {
  if (METADATA.includes(address.toString())) return 'metadata';
  const range: string = address.range();
  return range === 'unicast' && address.kind() === 'ipv6' && !address.match(GLOBAL_UNICAST) ? 'reserved' : range;
}

const isIn = (address: Address, network: [Address, number]): boolean => address.kind() === network[0].kind() && address.match(network);

/** What kind of place an address is that nothing of ours may be sent to, in words; null for the public internet and what `allow` (CIDR) lists. */
export function addressProblem(text: string, allow: readonly string[]): string | null {
  if (!ipaddr.isValid(text)) return 'no address';
  const address = meantBy(text);
  if (allow.some((network) => isIn(address, ipaddr.parseCIDR(network)))) return null;
  const range = rangeOf(address);
  return range === 'unicast' ? null : WORDS[range] ?? 'a reserved network';
}
