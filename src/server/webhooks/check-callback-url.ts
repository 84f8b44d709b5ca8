import { EgressGuard, EgressRefused, type ResolveAll } from '../platform/egress/egress-guard';
import { invalidField } from '../platform/errors';
import { within } from '../platform/within';

const MOST_CHARACTERS = 2_000;
/** A person waits for the answer; a name that takes longer is judged when it is connected to. */
const RESOLVE_LIMIT_MS = 2_000;

const refuse = (what: string) => invalidField('callback_url', what);

/**
 * Whether results may be sent there, as far as it can be told now. Every try asks again. A name that nobody knows yet is
 * let through: it may come to be known, and a resolver that is down must not refuse calls.
 */
export async function checkCallbackUrl(url: string, options: { egressAllow: readonly string[]; resolve?: ResolveAll }): Promise<void> {
  if (url.length > MOST_CHARACTERS) throw refuse(`must have at most ${MOST_CHARACTERS} characters`);
  if (!URL.canParse(url)) throw refuse('must be a URL such as https://example.com/webhook');
  const { protocol, username, password, hostname } = new URL(url);
  if (protocol !== 'https:' && protocol !== 'http:') throw refuse('must begin with https:// or http://');
  if (username !== '' || password !== '') throw refuse('must not contain a user name or password; verify the signature of what arrives instead');
  const guard = new EgressGuard({ allow: options.egressAllow, ...(options.resolve ? { resolve: options.resolve } : {}) });
  try {
    await within(guard.addressesOf(hostname), RESOLVE_LIMIT_MS, 'The name was not resolved in time');
  } catch (error) {
    if (error instanceof EgressRefused) throw refuse(`${error.message}, where results are not sent; the operator may allow it in PARLEY_EGRESS_ALLOW`);
  }
}
