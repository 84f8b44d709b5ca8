import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Child } from './child';
import { freeSipPort } from './free-sip-port';
import { until } from './until';

export interface SippOptions {
  protocol: 'udp' | 'tcp';
  /** One of sipp's own scenarios, or ours. */
  scenario: 'uac' | 'uas' | keyof typeof SCENARIOS;
  /** The port of whom it calls. */
  target?: number;
  /** Its own port, when somebody has to know it before. */
  port?: number;
  args?: string[];
}

const sdp = (port: string) => ['v=0', 'o=user1 1 1 IN IP[local_ip_type] [local_ip]', 's=-', 'c=IN IP[media_ip_type] [media_ip]', 't=0 0', `m=audio ${port} RTP/AVP 0`, 'a=rtpmap:0 PCMU/8000', ''].join('\n');
const answer = (status: string, body: string) => `<send${status.startsWith('200') ? ' retrans="500"' : ''}><![CDATA[
SIP/2.0 ${status}
[last_Via:]
[last_From:]
[last_To:];tag=[pid]early[call_number]
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:[local_ip]:[local_port];transport=[transport]>
${body ? 'Content-Type: application/sdp\n' : ''}Content-Length: [len]

${body}]]></send>`;
const request = (method: string, cseq: number, options: { branch?: string; auth?: boolean; body?: string; toTag?: boolean; retransmits?: boolean; txn?: string }) => `<send${options.retransmits ? ' retrans="500"' : ''}${options.txn ? ` ${method === 'ACK' ? 'ack' : 'start'}_txn="${options.txn}"` : ''}><![CDATA[
${method} sip:[service]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch${options.branch ?? ''}]
From: <sip:sipp@[local_ip]:[local_port]>;tag=[pid]digest[call_number]
To: <sip:[service]@[remote_ip]:[remote_port]>${options.toTag ? '[peer_tag_param]' : ''}
Call-ID: [call_id]
CSeq: ${cseq} ${method}
Contact: <sip:sipp@[local_ip]:[local_port];transport=[transport]>
${options.auth ? '[authentication username=carl password=secret]\n' : ''}Max-Forwards: 70
${options.body ? 'Content-Type: application/sdp\n' : ''}Content-Length: [len]

${options.body ?? ''}]]></send>`;
const scenario = (...steps: string[]) => `<?xml version="1.0" encoding="ISO-8859-1" ?>\n<scenario name="ours">\n${steps.join('\n')}\n</scenario>\n`;

const SCENARIOS = {
  /** Is heard for some seconds before it answers: on a busy machine there is still time to be heard. */
  early: scenario('<recv request="INVITE" crlf="true"/>', answer('183 Session Progress', sdp('[media_port]')), '<pause milliseconds="5000"/>', answer('200 OK', sdp('[media_port]')), '<recv request="ACK"/>', '<recv request="BYE"/>', answer('200 OK', '')),
  /** Calls as carl, who has a password. */
  digest: scenario(
    request('INVITE', 1, { body: sdp('[media_port]'), retransmits: true }), '<recv response="100" optional="true"/>', '<recv response="401" auth="true"/>', request('ACK', 1, { toTag: true }),
    request('INVITE', 2, { body: sdp('[media_port]'), auth: true, retransmits: true }), '<recv response="100" optional="true"/>', '<recv response="180" optional="true"/>', '<recv response="183" optional="true"/>', '<recv response="200"/>', request('ACK', 2, { toTag: true }),
    '<pause milliseconds="200"/>', request('BYE', 3, { toTag: true, retransmits: true }), '<recv response="200"/>',
  ),
  /** Calls as sipp's own `uac` does, and knows what an answer answers: that one takes a repeated 200 of the INVITE for its BYE's, and goes. */
  careful: scenario(
    request('INVITE', 1, { body: sdp('[media_port]'), retransmits: true, txn: 'invite' }), ...['100', '180', '183'].map((status) => `<recv response="${status}" response_txn="invite" optional="true"/>`), '<recv response="200" response_txn="invite"/>',
    request('ACK', 1, { toTag: true, txn: 'invite' }), '<pause milliseconds="300"/>', request('BYE', 2, { toTag: true, retransmits: true, txn: 'bye' }), '<recv response="200" response_txn="bye"/>',
  ),
};

/** RTP has the even ones. */
async function freeMediaPort(): Promise<number> {
  for (;;) {
    const port = await freeSipPort();
    if (port % 2 === 0) return port;
  }
}

export interface Sipp extends AsyncDisposable {
  child: Child;
  port: number;
  exit: Promise<number | null>;
  /** Resolves when it can be called: it says nothing itself. */
  listens(): Promise<void>;
}

/** A sipp that runs one scenario on ports of its own. */
export async function startSipp({ protocol, scenario: name, target, port: wanted, args = [] }: SippOptions): Promise<Sipp> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-sipp-'));
  const [port, mediaPort] = [wanted ?? await freeSipPort(), await freeMediaPort()];
  const own = name in SCENARIOS ? SCENARIOS[name as keyof typeof SCENARIOS] : undefined;
  if (own) writeFileSync(join(folder, 'scenario.xml'), own);
  const child = Child.start('sipp', [
    ...(target === undefined ? [] : [`127.0.0.1:${target}`]), ...(own ? ['-sf', join(folder, 'scenario.xml')] : ['-sn', name]), ...args,
    '-t', protocol === 'udp' ? 'u1' : 't1', '-i', '127.0.0.1', '-p', String(port), '-mi', '127.0.0.1', '-mp', String(mediaPort), '-nostdin',
  ], { cwd: folder });
  const listening = new RegExp(`: 0100007F:${port.toString(16).toUpperCase().padStart(4, '0')} `);
  return {
    child, port, exit: child.exit,
    listens: () => until('sipp listens', () => listening.test(readFileSync(`/proc/net/${protocol}`, 'latin1'))),
    [Symbol.asyncDispose]: async () => { await child[Symbol.asyncDispose](); rmSync(folder, { recursive: true, force: true }); },
  };
}
