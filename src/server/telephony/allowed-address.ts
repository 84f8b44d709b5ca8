import ipaddr from 'ipaddr.js';
import { invalidField } from '../platform/errors';

const FORM = 'must be an address or a network, such as 203.0.113.7 or 198.51.100.0/24';

/** An address or a network in its one spelling: `198.51.100.7/24` is the network that holds it. @throws AppError invalid_input naming the field */
export function allowedAddress(written: string, path: string): string {
  const [address = '', bits, ...more] = written.split('/');
  // The parser knows 1.2 and 0x7f as addresses too; whoever writes those has slipped.
  const plain = ipaddr.IPv4.isValidFourPartDecimal(address) || (address.includes(':') && !address.includes('%') && ipaddr.IPv6.isValid(address));
  if (!plain || more.length > 0 || (bits !== undefined && !/^\d{1,3}$/.test(bits))) throw invalidField(path, FORM);
  const parsed = ipaddr.process(address);
  if (bits === undefined) return parsed.toString();
  if (Number(bits) > (parsed.kind() === 'ipv4' ? 32 : 128)) throw invalidField(path, FORM);
  if (Number(bits) === 0) throw invalidField(path, 'would let anybody call in: name the provider’s networks, or set caller_username and caller_password');
  const network = parsed.kind() === 'ipv4' ? ipaddr.IPv4.networkAddressFromCIDR(`${parsed}/${bits}`) : ipaddr.IPv6.networkAddressFromCIDR(`${parsed}/${bits}`);
  return `${network}/${Number(bits)}`;
}
