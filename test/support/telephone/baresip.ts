import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { s16ToBytes } from '@/realtime/audio/pcm';
import { readWav } from '@/server/platform/audio/wav';
import { freePort } from '@test/support/parley-process';
import { Child } from './child';
import { PASSWORD, PBX } from './kamailio';
import { pause, until } from './until';

export interface BaresipOptions {
  user: string;
  /** Of the PBX. */
  proxyPort: number;
  protocol: 'udp' | 'tcp';
  /** What it says, 8 kHz. */
  says: Int16Array;
  answers: 'auto' | 'manual';
  codecs?: string;
  /** How it sends keys: RFC 4733 by default. */
  keys?: 'info';
}

function wav(samples: Int16Array): Buffer {
  const head = Buffer.alloc(44);
  head.write('RIFF', 0); head.writeUInt32LE(36 + samples.byteLength, 4); head.write('WAVEfmt ', 8); head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20); head.writeUInt16LE(1, 22); head.writeUInt32LE(8_000, 24); head.writeUInt32LE(16_000, 28); head.writeUInt16LE(2, 32); head.writeUInt16LE(16, 34);
  head.write('data', 36); head.writeUInt32LE(samples.byteLength, 40);
  return Buffer.concat([head, s16ToBytes(samples)]);
}

/** A baresip that is told what to do over its control port, and writes down what it hears. */
export class Baresip implements AsyncDisposable {
  readonly events: { type: string; param: string }[] = [];

  private constructor(private readonly folder: string, readonly child: Child, private readonly control: Socket) {
    let buffer = '';
    control.on('data', (chunk) => {
      buffer += String(chunk);
      for (let colon = buffer.indexOf(':'); colon > 0; colon = buffer.indexOf(':')) { // netstrings
        const length = Number(buffer.slice(0, colon));
        if (buffer.length < colon + 1 + length + 1) return;
        const message = JSON.parse(buffer.slice(colon + 1, colon + 1 + length)) as { event?: boolean; type?: string; param?: string };
        buffer = buffer.slice(colon + 2 + length);
        if (message.event) this.events.push({ type: message.type ?? '', param: message.param ?? '' });
      }
    });
    control.on('error', () => {});
  }

  static async start(options: BaresipOptions): Promise<Baresip> {
    const folder = mkdtempSync(join(tmpdir(), 'parley-baresip-'));
    const controlPort = await freePort();
    mkdirSync(join(folder, 'heard'));
    writeFileSync(join(folder, 'says.wav'), wav(options.says));
    writeFileSync(join(folder, 'contacts'), '');
    writeFileSync(join(folder, 'accounts'),
      `<sip:${options.user}@${PBX}>;auth_user=${options.user};auth_pass=${PASSWORD};outbound="sip:127.0.0.1:${options.proxyPort};transport=${options.protocol}";regint=120;answermode=${options.answers};audio_codecs=${options.codecs ?? 'PCMU/8000/1,PCMA/8000/1'};ptime=20${options.keys ? `;dtmfmode=${options.keys}` : ''}\n`);
    writeFileSync(join(folder, 'config'), [
      'poll_method epoll', 'sip_listen 127.0.0.1:0', 'net_interface 127.0.0.1', 'call_local_timeout 60', 'call_max_calls 4',
      `audio_source aufile,${join(folder, 'says.wav')}`, 'audio_player aubridge,nowhere', 'audio_alert aubridge,nowhere', 'ausrc_srate 8000', 'auplay_srate 8000', 'audio_channels 1', 'audio_buffer 20-160',
      `snd_path ${join(folder, 'heard')}`, `ctrl_tcp_listen 127.0.0.1:${controlPort}`, 'module_path /usr/lib/baresip/modules',
      ...['g711', 'sndfile', 'aufile', 'aubridge'].map((name) => `module ${name}.so`), 'module_tmp uuid.so', 'module_tmp account.so', 'module_app menu.so', 'module_app ctrl_tcp.so', '',
    ].join('\n'));
    const child = Child.start('baresip', ['-f', folder, '-v']); // its standard input is held open by us
    let control: Socket | undefined;
    for (let tries = 0; !control && tries < 600; tries++) { // a minute
      const socket = connect(controlPort, '127.0.0.1');
      control = await once(socket, 'connect').then(() => socket, () => undefined);
      if (!control) await pause(100);
    }
    if (!control) throw new Error(`baresip did not start: ${child.output}`);
    const baresip = new Baresip(folder, child, control);
    await until('baresip is registered', () => baresip.events.some(({ type }) => type === 'REGISTER_OK') || /\b200 OK\b/.test(child.output), 60_000)
      .catch((error: unknown) => { throw new Error(`baresip did not register: ${child.output.slice(-3_000)}`, { cause: error }); });
    return baresip;
  }

  command(command: string, params = ''): void {
    const text = JSON.stringify({ command, params, token: 't' });
    this.control.write(`${Buffer.byteLength(text)}:${text},`);
  }

  /** The keys it was sent. */
  get digits(): string { return this.events.filter(({ type }) => type === 'CALL_DTMF_START').map(({ param }) => param).join(''); }

  saw(type: string): boolean { return this.events.some((event) => event.type === type); }

  /** What it heard in its last call, 8 kHz: once that is over. */
  get heard(): Int16Array {
    const file = this.#heardFile;
    if (!file) return new Int16Array(0);
    try { return readWav(readFileSync(file)).samples; } catch { return new Int16Array(0); } // still being written
  }

  get #heardFile(): string | undefined {
    const last = readdirSync(join(this.folder, 'heard')).filter((name) => name.endsWith('dec.wav')).sort().at(-1);
    return last && join(this.folder, 'heard', last);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.control.destroy();
    await this.child[Symbol.asyncDispose]();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
