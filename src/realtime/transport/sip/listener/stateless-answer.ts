import { createHash } from 'node:crypto';
import { SipText } from '../sip-text';

const REASONS: Record<number, string> = { 200: 'OK', 401: 'Unauthorized', 403: 'Forbidden', 481: 'Call/Transaction Does Not Exist', 503: 'Service Unavailable' };

/** RFC 3261 section 8.2.7: an answer that leaves nothing behind. Its tag comes from the request, so that a repeated one gets the same. */
export function statelessAnswer(request: SipText, status: number, extra: Record<string, string> = {}): SipText {
  const copied = (name: string) => request.all(name).map((value) => `${name}: ${value}\r\n`).join('');
  const to = request.get('To') ?? '';
  const tag = createHash('sha256').update(`${request.get('Call-ID')}|${request.branch}`).digest('hex').slice(0, 16);
  const head = `${copied('Via')}${copied('From')}To: ${request.toTag === undefined ? `${to};tag=${tag}` : to}\r\n${copied('Call-ID')}${copied('CSeq')}`;
  const more = Object.entries(extra).map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return SipText.parse(`SIP/2.0 ${status} ${REASONS[status] ?? ''}\r\n${head}${more}Content-Length: 0\r\n\r\n`)!;
}
