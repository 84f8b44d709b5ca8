import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agree } from '@/realtime/transport/sdp/direction';
import { LocalDescription } from '@/realtime/transport/sdp/local-description';
import { parseRemoteDescription, SdpRefusal } from '@/realtime/transport/sdp/remote-description';

const local = () => new LocalDescription({ address: '192.0.2.1', port: 10_000, rtcpPort: 10_001, codecs: ['PCMU', 'PCMA'] });
const sdp = (...lines: string[]) => ['v=0', 'o=- 1 1 IN IP4 198.51.100.7', 's=-', 'c=IN IP4 198.51.100.7', 't=0 0', ...lines, ''].join('\r\n');
const PLAIN = sdp('m=audio 4000 RTP/AVP 8 0 96', 'a=rtpmap:96 telephone-event/8000', 'a=ptime:20');

function answerTo(offer: string, wish: 'sendrecv' | 'sendonly' = 'sendrecv') {
  const description = local();
  description.takeOffer(offer);
  return { description, ...description.answer(wish) };
}

describe('an offer', () => {
  it('names what we speak, where, and in which direction', () => {
    const text = local().offer('sendrecv');
    expect(parseRemoteDescription(text)).toMatchObject({
      address: '192.0.2.1', port: 10_000, rtcpPort: 10_001, direction: 'sendrecv', eventPayloadType: 101,
      codecs: [{ codec: 'PCMU', payloadType: 0 }, { codec: 'PCMA', payloadType: 8 }],
    });
    expect(text).toContain('a=ptime:20\r\n');
  });

  it('counts its version up and keeps its session', () => {
    const description = local();
    const origins = [description.offer('sendrecv'), description.offer('sendonly')].map((text) => /o=- (\d+) (\d+)/.exec(text)!);
    expect(origins[0]![1]).toBe(origins[1]![1]);
    expect(Number(origins[1]![2])).toBe(Number(origins[0]![2]) + 1);
  });

  it('is done when it is answered', () => {
    const description = local();
    description.offer('sendrecv');
    expect(description.takeAnswer(sdp('m=audio 4000 RTP/AVP 8'))).toEqual({
      remote: { address: '198.51.100.7', port: 4000, rtcpPort: 4001 }, codec: 'PCMA', payloadType: 8, eventPayloadType: undefined, sends: true, receives: true,
    });
  });
});

describe('an answer', () => {
  it('takes the codec they like best, their number for keys, and no other', () => {
    const { text, settings } = answerTo(PLAIN);
    expect(settings).toMatchObject({ codec: 'PCMA', payloadType: 8, eventPayloadType: 96 });
    expect(text).toContain('m=audio 10000 RTP/AVP 8 96\r\n');
    expect(text).not.toContain('PCMU');
  });

  it('has a line for everything offered, with port 0 for what we do not take', () => {
    const { text } = answerTo(sdp('m=video 5000 RTP/AVP 99', 'a=rtpmap:99 H264/90000', 'm=audio 4000 RTP/AVP 0', 'm=audio 4002 RTP/SAVP 0'));
    expect(text.match(/^m=.*$/gm)).toEqual(['m=video 0 RTP/AVP 99', 'm=audio 10000 RTP/AVP 0', 'm=audio 0 RTP/SAVP 0']);
  });

  it('takes dynamic numbers, addresses of the medium, and RTCP from elsewhere', () => {
    const { settings } = answerTo(sdp('m=audio 4000 RTP/AVP 118', 'c=IN IP4 203.0.113.9', 'a=rtpmap:118 pcma/8000/1', 'a=rtcp:4711'));
    expect(settings).toMatchObject({ codec: 'PCMA', payloadType: 118, remote: { address: '203.0.113.9', port: 4000, rtcpPort: 4711 } });
  });

  it.each([
    ['sendonly', 'recvonly', true], ['inactive', 'inactive', true], ['recvonly', 'sendonly', false], ['sendrecv', 'sendrecv', false],
  ])('to %s is %s', (theirs, ours, held) => {
    const { text, description } = answerTo(sdp('m=audio 4000 RTP/AVP 0', `a=${theirs}`));
    expect(text).toContain(`a=${ours}\r\n`);
    expect(description.held).toBe(held);
  });

  it('understands hold as it was said in the last century', () => {
    const { text, settings, description } = answerTo(sdp('m=audio 4000 RTP/AVP 0', 'c=IN IP4 0.0.0.0'));
    expect(text).toContain('a=recvonly\r\n');
    expect(settings).toMatchObject({ remote: undefined, sends: false });
    expect(description.held).toBe(true);
  });

  it('agrees on nothing more than both want', () => {
    expect(agree('sendonly', 'sendonly')).toBe('inactive');
    expect(agree('sendonly', 'sendrecv')).toBe('sendonly');
    expect(agree('recvonly', 'recvonly')).toBe('inactive');
  });
});

describe('a description that is refused', () => {
  it.each([
    ['no audio', sdp('m=video 5000 RTP/AVP 99')],
    ['only codecs we do not speak', sdp('m=audio 4000 RTP/AVP 9 18 96', 'a=rtpmap:96 opus/48000/2')],
    ['wide-band under a name we know', sdp('m=audio 4000 RTP/AVP 96', 'a=rtpmap:96 PCMU/16000')],
    ['a port of nothing', sdp('m=audio 0 RTP/AVP 0')],
    ['encryption only', sdp('m=audio 4000 RTP/SAVP 0')],
    ['IPv6', sdp('m=audio 4000 RTP/AVP 0', 'c=IN IP6 2001:db8::1')],
    ['multicast', sdp('m=audio 4000 RTP/AVP 0', 'c=IN IP4 224.0.1.1')],
    ['a name instead of an address', sdp('m=audio 4000 RTP/AVP 0', 'c=IN IP4 attacker.example')],
    ['an impossible port', sdp('m=audio 99999 RTP/AVP 0')],
    ['nothing', ''],
    ['something else', '{"sdp": true}'],
    ['a codec named by a number', sdp('m=audio 4000 RTP/AVP 96', 'a=rtpmap:96 7/8000')],
    ['megabytes', sdp('m=audio 4000 RTP/AVP 0', `a=x:${'y'.repeat(20_000)}`)],
  ])('has %s', (_what, text) => { expect(() => parseRemoteDescription(text)).toThrow(SdpRefusal); });

  it('is refused politely wherever it is cut off or changed', () => {
    const whole = answerTo(PLAIN).text;
    fc.assert(fc.property(fc.nat(whole.length), fc.nat(whole.length), fc.string({ unit: 'binary', maxLength: 12 }), (from, to, inserted) => {
      const text = whole.slice(0, Math.min(from, to)) + inserted + whole.slice(Math.max(from, to));
      try { answerTo(text); } catch (error) { expect(error).toBeInstanceOf(SdpRefusal); }
    }), { numRuns: 2_000 });
  });
});
