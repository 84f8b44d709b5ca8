import type { SipText } from '../sip-text';

const usable = (challenge: string): boolean => {
  const algorithm = /algorithm\s*=\s*"?([\w-]+)/i.exec(challenge)?.[1];
  return /^\s*digest\s/i.test(challenge) && (algorithm === undefined || algorithm.toUpperCase() === 'MD5');
};

/**
 * RFC 8760 section 2.3: a server may challenge several times, the strongest first. sip.js takes the last one it reads and gives up
 * unless that says MD5 in capitals: the one it can answer is left alone in the message. What `mayAnswer` says no to is taken out:
 * sip.js answers whoever asks.
 */
export function keepUsableChallenge(response: SipText, mayAnswer: (challenge: string) => boolean): void {
  for (const name of ['WWW-Authenticate', 'Proxy-Authenticate']) {
    const challenge = response.all(name).find((each) => usable(each) && mayAnswer(each));
    response.remove(name);
    if (challenge) response.set(name, challenge.replace(/algorithm\s*=\s*"?md5"?/i, 'algorithm=MD5'));
  }
}
