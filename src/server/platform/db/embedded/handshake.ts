import { timingSafeEqual } from 'node:crypto';
import type { Client } from './client';
import { backendFrames, ProtocolError, readText } from './frames';
import { askForPassword, authenticationOk, backendKeyData, CANCEL_REQUEST, GSS_REQUEST, parameterStatus, readStartupParameters, readyForQuery, SSL_REQUEST } from './messages';
import type { ParameterReports } from './parameter-reports';
import { startupSettings, type Settings } from './session-settings';
import type { SharedSession } from './shared-session';

export interface HandshakeOptions {
  password: string;
  startupMs: number;
  maxMessageBytes: number;
  isFull: () => boolean;
  reports: ParameterReports;
  session: SharedSession;
  /** Runs `work` while the client holds the session; false when the client left meanwhile. */
  withSession: (client: Client, work: () => void) => Promise<boolean>;
}

/**
 * From the first byte to ReadyForQuery; false when there is nobody to serve. A refusal always is an ErrorResponse: on a
 * silent close postgres.js would try again at once, for ever.
 */
export async function handshake(client: Client, options: HandshakeOptions): Promise<boolean> {
  const timer = setTimeout(() => client.fatal('08000', 'start-up took too long'), options.startupMs);
  try {
    const body = await readStartup(client);
    if (!body) return false;
    if (options.isFull()) throw new ProtocolError('sorry, too many clients already', '53300');
    client.parameters = readStartupParameters(body);
    if (!(await checkPassword(client, options.password))) return false;
    client.reader.allowFramesOf(options.maxMessageBytes);

    const asked = startupSettings(client.parameters);
    if (asked.size > 0) {
      const inTime = await options.withSession(client, () => tryStartupSettings(options.session, asked));
      if (!inTime) return false;
      client.settings = asked;
    }
    const applicationName = parameterStatus('application_name', client.parameters.get('application_name') ?? '');
    client.send(Buffer.concat([authenticationOk(), options.reports.greeting(asked), applicationName, backendKeyData(client.id), readyForQuery('I')]));
    return true;
  } finally {
    clearTimeout(timer);
  }
}

/** The body of the start-up packet, or null when the client wants nothing more. */
async function readStartup(client: Client): Promise<Buffer | null> {
  for (;;) {
    const packet = client.reader.nextStartup();
    if (!packet) {
      if (!(await client.read())) return null;
    } else if (packet.code === SSL_REQUEST || packet.code === GSS_REQUEST) client.send(Buffer.from('N'));
    else if (packet.code === CANCEL_REQUEST) return null; // the session cannot be interrupted
    else if (packet.code >> 16 === 3) return packet.body;
    else throw new ProtocolError('unsupported frontend protocol', '0A000');
  }
}

async function checkPassword(client: Client, password: string): Promise<boolean> {
  client.send(askForPassword());
  const answer = await client.nextFrame();
  if (!answer) return false;
  const given = Buffer.from(answer.type === 'p' ? readText(answer.body, 0)[0] : '');
  const wanted = Buffer.from(password);
  if (given.length === wanted.length && timingSafeEqual(given, wanted)) return true;
  throw new ProtocolError('password authentication failed', '28P01');
}

/** Puts the settings in force once, to check them. */
function tryStartupSettings(session: SharedSession, asked: Settings): void {
  const answers = [...backendFrames(session.tryOut(asked))];
  if (!answers.some((answer) => answer.type === 'E')) return;
  session.resetAll();
  throw new ProtocolError(`invalid start-up parameter: ${[...asked.keys()].join(', ')}`, '22023');
}
