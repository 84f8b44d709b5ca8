import { parseSipUri, type SipText } from '../sip-text';

/** Ours alone: taken off whatever comes in, and never sent. */
export const CALLED_HEADER = 'X-Called-Uri';

/**
 * sip.js answers 404 when the user of the Request-URI is not its own (core/user-agent-core, RFC 3261 section 8.2.2.1): a trunk
 * puts the number there that was dialled. The account's own user takes its place, the original goes along in a header.
 */
export function rewriteCalledUser(request: SipText, user: string): void {
  const original = request.requestUri;
  request.remove(CALLED_HEADER);
  if (request.toTag === undefined) request.set(CALLED_HEADER, original);
  request.requestUri = original.replace(/^sip:(?:[^@]*@)?/i, `sip:${user}@`);
}

/** Who was dialled: the Request-URI's user unless that only names our registration; then the To header's. */
export function calledNumber(request: { getHeader(name: string): string | undefined }, own: readonly string[]): string {
  const dialled = parseSipUri(request.getHeader(CALLED_HEADER) ?? '')?.user;
  if (dialled && !own.includes(dialled)) return dialled;
  return parseSipUri(request.getHeader('P-Called-Party-ID') ?? request.getHeader('To') ?? '')?.user ?? dialled ?? '';
}
