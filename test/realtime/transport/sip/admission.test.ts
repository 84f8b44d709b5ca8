import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Admission } from '@/realtime/transport/sip/admission';
import { SipText } from '@/realtime/transport/sip/sip-text';
import { UsedAnswers } from '@/realtime/transport/sip/used-answers';
import { Secret } from '@/server/platform/secret';

const ADDRESS = '198.51.100.7';
const md5 = (text: string) => createHash('md5').update(text).digest('hex');

interface Lines { uri?: string; branch?: string; callId?: string; authorization?: string }
function invite({ uri = 'sip:100@trunk.test', branch = 'z9hG4bK1', callId = 'one', authorization }: Lines = {}): SipText {
  const lines = [`INVITE ${uri} SIP/2.0`, `Via: SIP/2.0/UDP host;branch=${branch}`, 'From: <sip:a@b>;tag=1', 'To: <sip:100@trunk.test>', `Call-ID: ${callId}`, 'CSeq: 1 INVITE'];
  return SipText.parse([...lines, ...(authorization ? [`Authorization: ${authorization}`] : []), '', ''].join('\r\n'))!;
}

function gate() {
  const underWay = new Set<string>();
  const admission = new Admission({ allowed: [], callers: [{ username: 'gate', password: new Secret('pw') }], realm: 'trunk.test', isUnderWay: (branch) => underWay.has(branch) });
  const nonceOf = (answer: SipText | null) => /nonce="([^"]+)"/.exec(answer?.get('WWW-Authenticate') ?? '')![1]!;
  const answer = (nonce: string, { nc = '00000001', uri = 'sip:100@trunk.test', qop = true } = {}) => {
    const [a1, a2] = [md5('gate:trunk.test:pw'), md5(`INVITE:${uri}`)];
    const response = qop ? md5(`${a1}:${nonce}:${nc}:c:auth:${a2}`) : md5(`${a1}:${nonce}:${a2}`);
    return `Digest username="gate", realm="trunk.test", nonce="${nonce}", uri="${uri}", response="${response}"${qop ? `, qop=auth, nc=${nc}, cnonce="c"` : ''}`;
  };
  return { admission, underWay, answer, nonce: (nowMs = 0) => nonceOf(admission.refusal(invite(), ADDRESS, nowMs)), ask: (lines: Lines, nowMs = 1) => admission.refusal(invite(lines), ADDRESS, nowMs) };
}

describe('an answer to a challenge', () => {
  it.each([true, false])('opens one request (counted: %s), and is refused with a new challenge to whoever overheard it', (qop) => {
    const { answer, nonce, ask } = gate();
    const authorization = answer(nonce(), { qop });
    expect(ask({ authorization })).toBeNull();
    for (const replay of [ask({ authorization, branch: 'z9hG4bK2', callId: 'two' }), ask({ authorization, branch: 'z9hG4bK2' }), ask({ authorization })]) {
      expect(replay?.status).toBe(401);
      expect(replay!.get('WWW-Authenticate')).toContain('stale=true');
    }
  });

  it('is taken again with the same request while that is under way: it was repeated on a lossy wire', () => {
    const { answer, nonce, ask, underWay } = gate();
    const authorization = answer(nonce());
    expect(ask({ authorization })).toBeNull();
    underWay.add('z9hG4bK1');
    expect(ask({ authorization })).toBeNull();
    expect(ask({ authorization, callId: 'two' })?.status).toBe(401);
    underWay.clear();
    expect(ask({ authorization })?.status).toBe(401);
  });

  it('may use its nonce again with another count, in whatever order they arrive, for a minute', () => {
    const { answer, nonce, ask } = gate();
    const made = nonce(0);
    for (const nc of ['00000002', '00000001', '00000003']) expect(ask({ authorization: answer(made, { nc }), branch: nc })).toBeNull();
    expect(ask({ authorization: answer(made, { nc: '00000004' }) }, 60_000)?.status).toBe(401);
  });

  it('is for the address that it names', () => {
    const { answer, nonce, ask } = gate();
    expect(ask({ authorization: answer(nonce()), uri: 'sip:900@trunk.test' })?.status).toBe(403);
    expect(ask({ authorization: answer(nonce()), uri: 'sip:100@other.test' })?.status).toBe(403);
    expect(ask({ authorization: answer(nonce()), uri: 'sip:100@TRUNK.test;transport=udp' })).toBeNull();
    expect(ask({ authorization: answer(nonce(), { uri: 'sip:trunk.test' }) })).toBeNull(); // as some sign it
    expect(ask({ authorization: answer(nonce(), { uri: 'sip:other.test' }) })?.status).toBe(403);
  });

  it('is one of its own when two are challenged in the same moment', () => {
    const { nonce } = gate();
    expect(nonce(5)).not.toBe(nonce(5));
  });
});

describe('what is remembered of used answers', () => {
  it('is bounded, and what was forgotten cannot be used again', () => {
    const used = new UsedAnswers({ lifeMs: 60_000, maxKept: 3 });
    const use = (number: number) => used.use({ nonce: `n${number}`, nc: '1', by: 'x', madeAtMs: number, nowMs: number });
    for (let number = 0; number < 5; number++) expect(use(number)).toBe('first');
    expect([0, 1, 2, 3, 4].map(use)).toEqual(['refused', 'refused', 'same', 'same', 'same']);
  });
});
