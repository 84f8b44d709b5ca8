import type { SipText } from './sip-text';

/** A message of a call's dialog that passed by: what kind it was and when. Never its body, never a credential. */
export interface DialogMessage {
  direction: 'in' | 'out';
  at: Date;
  /** `INVITE`, `180 Ringing`. */
  summary: string;
  /** `1 INVITE`: what an answer answers. */
  cseq: string;
}

const MAX_PHRASE = 60;

export function dialogMessage(direction: 'in' | 'out', message: SipText): DialogMessage {
  const phrase = message.startLine.slice(12).replace(/[^\x20-\x7e]/g, '').slice(0, MAX_PHRASE); // the other side's words
  return {
    direction, at: new Date(),
    summary: message.isResponse ? `${message.status} ${phrase}`.trim() : message.method,
    cseq: (message.get('CSeq') ?? '').slice(0, 40),
  };
}
