/** The rest of RFC 4475, and what has broken others since (lines end with \n here). */
const head = (lines: string[], body = '') => `${lines.join('\n')}\n\n${body}`;
const usual = (id: string) => ['From: <sip:b@127.0.0.1>;tag=1', `Call-ID: ${id}@127.0.0.1`, 'Max-Forwards: 70', 'Contact: <sip:b@127.0.0.1>'];
const via = (branch: string) => `Via: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK${branch}`;
const to = 'To: <sip:anna@127.0.0.1>';
const invite = (id: string, lines: string[], body = '') => head(['INVITE sip:anna@127.0.0.1 SIP/2.0', via(id), ...usual(id), to, 'CSeq: 1 INVITE', ...lines], body);
const options = (id: string, lines: string[], body = '') => head(['OPTIONS sip:anna@127.0.0.1 SIP/2.0', via(id), ...usual(id), to, 'CSeq: 1 OPTIONS', ...lines], body);
const SDP = 'v=0\no=- 1 1 IN IP4 127.0.0.1\ns=-\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 4000 RTP/AVP 0\n';

export const MORE_TORTURE: { name: string; text: string }[] = [
  { name: 'per cent escapes that are right (3.1.1.3)', text: head(['INVITE sip:sips%3Auser%40example.com@127.0.0.1 SIP/2.0', via('esc'), ...usual('esc'), 'To: sip:%75se%72@127.0.0.1', 'CSeq: 234234 INVITE', 'Content-Type: application/sdp'], SDP) },
  { name: 'escaped NULs in the user (3.1.1.4)', text: head(['REGISTER sip:127.0.0.1 SIP/2.0', via('nul'), 'From: sip:null-%00-null@127.0.0.1;tag=839923423', 'To: sip:null-%00-null@127.0.0.1', 'Call-ID: nul', 'CSeq: 14398234 REGISTER', 'Contact: <sip:%00@127.0.0.1>', 'Contact: <sip:%00%00@127.0.0.1>', 'L:0']) },
  { name: 'no white space before < (3.1.1.6)', text: head(['OPTIONS sip:anna@127.0.0.1 SIP/2.0', via('lws'), 'From: caller<sip:caller@127.0.0.1>;tag=323', 'To: sip:anna@127.0.0.1', 'Call-ID: lws', 'CSeq: 60 OPTIONS', 'Max-Forwards: 70', 'Contact:<sip:b@127.0.0.1>']) },
  { name: 'long values everywhere (3.1.1.7)', text: head(['INVITE sip:anna@127.0.0.1 SIP/2.0', `To: "I have a user name of ${'extreme '.repeat(120)}proportion"<sip:anna@127.0.0.1:6000;${'unknownparam=verylong;'.repeat(20)}x>`, `F: sip:${'amazinglylongcallername'.repeat(8)}@127.0.0.1;tag=12982${'424'.repeat(40)};${'unknownheaderparam'.repeat(20)}=x`, `Call-ID: long${'er'.repeat(400)}`, 'CSeq: 3882340 INVITE', `${'Unknown-'.repeat(30)}Header: ${'unknown '.repeat(60)}`, ...Array.from({ length: 34 }, (_, index) => `Via: SIP/2.0/TCP sip${index}.example.com;branch=z9hG4bK${'long'.repeat(20)}${index}`), 'Contact: <sip:b@127.0.0.1>', 'Content-Type: application/sdp'], SDP) },
  { name: 'more octets than the message has (3.1.1.8)', text: `${options('more', ['Content-Length: 0'])}INVITE sip:joe@127.0.0.1 SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.2:5060;branch=z9hG4bKmore2\n\n` },
  { name: 'semicolons in the user (3.1.1.9)', text: head(['OPTIONS sip:user;par=u%40example.net@127.0.0.1 SIP/2.0', via('semi'), ...usual('semi'), 'To: sip:user;par=u%40example.net@127.0.0.1', 'CSeq: 8 OPTIONS']) },
  { name: 'an answer with an unusual reason (3.1.1.12)', text: head(['SIP/2.0 200 = 2**3 * 5**2 но сто девяносто девять - простое', via('unreason'), ...usual('unr'), 'To: <sip:anna@127.0.0.1>;tag=2', 'CSeq: 35 INVITE']) },
  { name: 'an answer without a reason (3.1.1.13)', text: head(['SIP/2.0 100 ', via('noreason'), ...usual('nor'), 'To: <sip:anna@127.0.0.1>;tag=2', 'CSeq: 35 INVITE']) },
  { name: 'header fields in the Request-URI (3.1.2.11)', text: head(['INVITE sip:anna@127.0.0.1?Route=%3Csip:example.com%3E SIP/2.0', via('eh'), ...usual('eh'), to, 'CSeq: 1 INVITE', 'Content-Type: application/sdp'], SDP) },
  { name: 'a name that needs quotes and has none (3.1.2.13, 15)', text: head(['OPTIONS sip:anna@127.0.0.1 SIP/2.0', via('nq'), 'From: Bell, Alexander <sip:a.g.bell@bell-tel.com>;tag=43', 'To: Watson, Thomas <sip:t.watson@127.0.0.1>', 'Call-ID: nq', 'CSeq: 1 OPTIONS', 'Contact: Bell, Alexander <sip:a.g.bell@127.0.0.1>']) },
  { name: 'a line that does not belong at the end of the head (3.1.2.14)', text: options('sp', ['Subject : fine', 'this line has no name']) },
  { name: 'a method nobody knows that does not match (3.1.2.18)', text: head(['NEWMETHOD sip:anna@127.0.0.1 SIP/2.0', via('nm'), ...usual('nm'), to, 'CSeq: 8 INVITE']) },
  { name: 'a response of a code too large (3.1.2.19)', text: head(['SIP/2.0 999 far out', via('big'), ...usual('big'), 'To: <sip:anna@127.0.0.1>;tag=2', 'CSeq: 8 INVITE']) },
  { name: 'a branch without an identifier (3.2.1)', text: head(['OPTIONS sip:anna@127.0.0.1 SIP/2.0', 'Via: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK', ...usual('nobranch'), to, 'CSeq: 1 OPTIONS']) },
  { name: 'a Request-URI with an unknown scheme (3.3.2)', text: head(['OPTIONS nobodyKnowsThisScheme:totallyopaquecontent SIP/2.0', via('sch'), ...usual('sch'), to, 'CSeq: 3 OPTIONS']) },
  { name: 'a Request-URI with a known but untypical scheme (3.3.3)', text: head(['OPTIONS soap.beep://192.0.2.103:3002 SIP/2.0', via('beep'), ...usual('beep'), to, 'CSeq: 2 OPTIONS']) },
  { name: 'unknown schemes in From, To and Contact (3.3.4)', text: head(['INVITE sip:anna@127.0.0.1 SIP/2.0', via('ft'), 'To: isbn:2983792873', 'From: <http://www.example.com>;tag=3234233', 'Call-ID: ft', 'CSeq: 1 INVITE', 'Contact: <name:John_Smith>']) },
  { name: 'what is required and unknown (3.3.6)', text: options('req', ['Require: nothingSupportsThis, nothingSupportsThisEither', 'Proxy-Require: noProxiesSupportThis, norDoAnyProxiesSupportThis']) },
  { name: 'a body of an unknown type (3.3.7)', text: invite('type', ['Content-Type: application/unknownformat', 'Content-Length: 30'], '<audio>\n <pcmu port="443"/>\n</audio>\n') },
  { name: 'an unknown way to log in (3.3.8)', text: invite('auth', ['Authorization: NoOneKnowsThisScheme opaque-data=here', 'Content-Type: application/sdp'], SDP) },
  { name: 'several Content-Length (3.3.9)', text: invite('mcl', ['Content-Type: application/sdp', 'Content-Length: 13', 'Content-Length: 5'], 'There\'s no way to know how many octets are supposed to be here.\n') },
  { name: 'an answer with the Via of everybody (3.3.10)', text: head(['SIP/2.0 200 OK', 'Via: SIP/2.0/UDP 192.0.2.198;branch=z9hG4bK1324923', 'Via: SIP/2.0/UDP 255.255.255.255;branch=z9hG4bK1saber23', ...usual('bcast'), 'To: <sip:anna@127.0.0.1>;tag=2', 'CSeq: 3 INVITE', 'Content-Type: application/sdp'], SDP) },
  { name: 'a request to a broadcast Via', text: head(['OPTIONS sip:anna@127.0.0.1 SIP/2.0', 'Via: SIP/2.0/UDP 255.255.255.255:1;branch=z9hG4bKbcast;received=224.0.0.1;rport=7', ...usual('bc2'), to, 'CSeq: 1 OPTIONS']) },
  { name: 'Max-Forwards of nothing (3.3.11)', text: head(['OPTIONS sip:anna@127.0.0.1 SIP/2.0', via('mf'), 'From: <sip:b@127.0.0.1>;tag=1', 'Call-ID: mf', to, 'CSeq: 1 OPTIONS', 'Max-Forwards: 0']) },
  { name: 'REGISTER with parameters of a Contact (3.3.12 to 14)', text: head(['REGISTER sip:127.0.0.1 SIP/2.0', via('reg'), 'From: <sip:b@127.0.0.1>;tag=1', 'Call-ID: reg', to, 'CSeq: 1 REGISTER', 'Contact: sip:+19725552222;phone-context=name%40domain;new=user@127.0.0.1', 'Contact: <sip:user@example.com?Route=%3Csip:sip.example.com%3E>']) },
  { name: 'an Accept that takes no SDP (3.3.15)', text: invite('acc', ['Accept: text/nobodyKnowsThis', 'Content-Type: application/sdp'], SDP) },
  { name: 'an INVITE as RFC 2543 had it (3.4.1)', text: head(['INVITE sip:anna@127.0.0.1 SIP/2.0', 'Via: SIP/2.0/UDP iftgw.example.com', 'From: <sip:+13035551111@ift.client.example.net;user=phone>', 'To: sip:+16505552222@127.0.0.1;user=phone', 'Call-ID: 1717@ift', 'CSeq: 56 INVITE', 'Content-Type: application/sdp', ''], SDP) },
  { name: 'an INVITE without a Via', text: head(['INVITE sip:anna@127.0.0.1 SIP/2.0', ...usual('nov'), to, 'CSeq: 1 INVITE']) },
  { name: 'a CSeq that is no number, and one that is too large', text: head(['INVITE sip:anna@127.0.0.1 SIP/2.0', via('cs'), ...usual('cs'), to, 'CSeq: -1e309 INVITE']) },
  { name: 'a To whose tag is the prototype', text: head(['INVITE sip:anna@127.0.0.1 SIP/2.0', via('pro'), 'From: <sip:__proto__@127.0.0.1>;tag=__proto__;constructor=x;__proto__=y', 'To: <sip:anna@127.0.0.1>;tag=__proto__', 'Call-ID: __proto__', 'CSeq: 1 INVITE', '__proto__: x', 'constructor: y', 'toString: z']) },
  { name: 'header names of the prototype in a new call', text: invite('pro2', ['__proto__: x', 'constructor: y', 'hasOwnProperty: z', 'Content-Type: application/sdp'], SDP) },
  { name: 'Record-Route and Route by the hundred', text: invite('rr', [...Array.from({ length: 90 }, (_, index) => `Record-Route: <sip:p${index}.example.com;lr>`), `Route: ${'<sip:127.0.0.1;lr>,'.repeat(60)}<sip:x>`, 'Content-Type: application/sdp'], SDP) },
  { name: 'a Replaces and a Refer-To out of nothing', text: invite('rep', ['Replaces: x@y;to-tag=1;from-tag=2', 'Refer-To: <sip:x@y>', 'Referred-By: <sip:x>', 'Content-Type: application/sdp'], SDP) },
  { name: 'REFER, SUBSCRIBE, NOTIFY, PUBLISH, UPDATE, PRACK and INFO out of nothing', text: head(['REFER sip:anna@127.0.0.1 SIP/2.0', via('ref'), ...usual('ref'), to, 'CSeq: 1 REFER', 'Refer-To: <sip:+19005550100@127.0.0.1>']) },
  { name: 'a PRACK of nothing', text: head(['PRACK sip:anna@127.0.0.1 SIP/2.0', via('pr'), ...usual('pr'), 'To: <sip:anna@127.0.0.1>;tag=x', 'CSeq: 2 PRACK', 'RAck: 99999999999 -1 INVITE']) },
  { name: 'an UPDATE of nothing', text: head(['UPDATE sip:anna@127.0.0.1 SIP/2.0', via('up'), ...usual('up'), 'To: <sip:anna@127.0.0.1>;tag=x', 'CSeq: 2 UPDATE', 'Content-Type: application/sdp'], SDP) },
  { name: 'a NOTIFY with anything in it', text: head(['NOTIFY sip:anna@127.0.0.1 SIP/2.0', via('no'), ...usual('no'), to, 'CSeq: 2 NOTIFY', 'Event: ', 'Subscription-State: ;;;', 'Content-Type: application/simple-message-summary'], 'Messages-Waiting: perhaps') },
  { name: 'an INVITE of SDP that is none', text: invite('sd', ['Content-Type: application/sdp'], 'v=0\nm=audio 99999999999999999999 RTP/AVP 0 8 a b c\na=rtpmap:\na=fmtp:\nc=IN IP4 0.0.0.0.0\n') },
  { name: 'an INVITE of SDP with a thousand media', text: invite('sm', ['Content-Type: application/sdp'], `${SDP}${'m=audio 4000 RTP/AVP 0\n'.repeat(1_000)}`) },
  { name: 'bytes that are no UTF-8 in every place', text: invite('utf', ['Subject: \ud83d\udca9 \u0080\u00ff', 'From: "\ufffd" <sip:\ufffd@127.0.0.1>;tag=\ufffd', 'Content-Type: application/sdp'], SDP) },
];
