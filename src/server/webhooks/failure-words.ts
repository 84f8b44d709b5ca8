import { EgressRefused } from '../platform/egress/egress-guard';

const CERTIFICATE: Record<string, string> = {
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it signed its certificate itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate comes from an authority that is not trusted here',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate comes from an authority that is not trusted here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'it does not send the certificates between its own and the authority’s',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
  CERT_REVOKED: 'its certificate was revoked',
};

/** Several addresses were tried and failed: the first failure speaks for them. */
const codeOf = (error: unknown): string => {
  const one: unknown = error instanceof AggregateError && !('code' in error) ? error.errors[0] : error;
  return one instanceof Error && 'code' in one ? String(one.code) : '';
};

/** Why no answer came, for the person who looks after the receiver. Never the library's own text: it may quote what was sent. */
export function failureWords(error: unknown, url: URL): string {
  if (error instanceof EgressRefused) return `${error.message}, where nothing is sent; the operator may allow it in PARLEY_EGRESS_ALLOW`;
  const code = codeOf(error);
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  const certificate = CERTIFICATE[code];
  if (certificate !== undefined) return `no secure connection to ${url.host}: ${certificate} (${code})`;
  switch (code) {
    case 'ENOTFOUND': return `nobody knows the name ${url.hostname}`;
    case 'EAI_AGAIN': return `the name ${url.hostname} could not be looked up: the name server did not answer`;
    case 'ECONNREFUSED': return `nothing listens at ${url.hostname} on port ${port}`;
    case 'EHOSTUNREACH': case 'ENETUNREACH': return `there is no way to ${url.hostname}`;
    case 'ETIMEDOUT': return `${url.hostname} did not take the connection`;
    case 'ECONNRESET': case 'EPIPE': return `${url.host} hung up before it answered`;
  }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL')) return `no secure connection to ${url.host}: it does not speak TLS as we do, or it speaks plain HTTP (${code})`;
  if (code.startsWith('HPE_')) return `what ${url.host} answered is no HTTP (${code})`;
  return `${url.host} could not be reached${code === '' ? '' : ` (${code})`}`;
}
