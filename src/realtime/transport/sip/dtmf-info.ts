import { isDtmf } from '../rtp/telephone-event';

/** Keys in the body of an INFO, as PBXs send them that were told "SIP INFO": application/dtmf-relay ("Signal=5") or application/dtmf ("5"). */
export function digitOfInfo(contentType: string, body: string): string | null {
  const type = contentType.split(';')[0]!.trim().toLowerCase();
  const digit = type === 'application/dtmf-relay' ? /^\s*Signal\s*=\s*(\S+)/im.exec(body)?.[1] : type === 'application/dtmf' ? body.trim() : undefined;
  const named = digit === '10' ? '*' : digit === '11' ? '#' : digit;
  return named !== undefined && named.length === 1 && isDtmf(named) ? named.toUpperCase() : null;
}
