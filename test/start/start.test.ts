import { execFile } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { freePort, ParleyProcess, temporaryFolder } from '@test/support/parley-process';

const run = promisify(execFile);
const READY = /Parley is ready after ([\d.]+) s: (\S+)/;

/** Every process whose environment names this data folder: children of ours and theirs, whoever their parent is by now. */
const processesOf = (dataDir: string): { pid: number; command: string }[] =>
  readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((name) => {
    try {
      if (!readFileSync(`/proc/${name}/environ`, 'latin1').includes(`PARLEY_DATA_DIR=${dataDir}`)) return [];
      return [{ pid: Number(name), command: readFileSync(`/proc/${name}/cmdline`, 'latin1').replaceAll('\0', ' ') }];
    } catch {
      return []; // gone, or not ours to read
    }
  });

async function settings(dataDir: string): Promise<Record<string, string>> {
  return { PARLEY_DATA_DIR: dataDir, PORT: String(await freePort()), REALTIME_PORT: String(await freePort()) };
}

/** Resolves with the first audio of a reply; what it resolves to tells how the call then ended. */
async function speakingSession(url: string, key: string) {
  const socket = new WebSocket(url, { headers: { authorization: `Bearer ${key}` } });
  let finished = false;
  const ended = new Promise<{ code: number; finished: boolean }>((resolve) => socket.once('close', (code) => resolve({ code, finished })));
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.on('open', () => socket.send(JSON.stringify({ type: 'session.start' })));
    socket.on('message', (data) => {
      const event = JSON.parse(String(data)) as { type: string };
      if (event.type === 'session.created') socket.send(JSON.stringify({ type: 'input_text', text: 'What is twelve times seven?' }));
      if (event.type === 'response.audio.delta') resolve();
      if (event.type === 'response.done') finished = true;
    });
  });
  return { ended };
}

const SCRIPTS = {
  short: { tokenMs: 40, replies: [{ steps: [{ text: 'word '.repeat(25) }] }] },
  long: { tokenMs: 40, replies: [{ steps: [{ text: 'word '.repeat(25) }, { hang: true }] }] },
};

/** Resolves with the first words of an answer by a scripted model; what it resolves to tells all events, once there are no more. */
async function writingAnswer(url: string, key: string, script: keyof typeof SCRIPTS) {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const post = (path: string, body: object) => fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  const agent = (await (await post('/api/agents/', { name: script, llm_provider: 'scripted', llm_model: script })).json()) as { id: string };
  const { body } = await post('/ai/chat/stream', { message: 'Hello', agent_id: agent.id });
  const parts = body!.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]();
  let text = '';
  while (!text.includes('event: chunk')) {
    const part = await parts.next();
    if (part.done) throw new Error(`The answer ended before its first word: ${text}`);
    text += part.value;
  }
  const rest = async () => {
    for (let part = await parts.next(); !part.done; part = await parts.next()) text += part.value;
    return [...text.matchAll(/^event: (\w+)$/gm)].map(([, name]) => name).filter((name, index, all) => name !== all[index - 1]);
  };
  return { events: rest() };
}

// Where it has to build first, or is given half a processor, a start takes minutes.
describe('npm start', { timeout: 900_000 }, () => {
  it('starts everything, shows the credentials once, serves the printed curl, survives killed children and leaves nothing behind', async () => {
    using folder = temporaryFolder('start');
    const environment = await settings(folder.path);
    let key = '';
    {
      await using parley = ParleyProcess.start(environment);
      const [, , url] = await parley.until(READY);
      const curl = (await parley.until(/^ {2}(curl .+)$/m))[1]!;
      expect(parley.output).toMatch(/Password {4}\S{10,}/);
      key = (await parley.until(/API key {5}(\S+)/))[1]!;
      const { stdout } = await run('bash', ['-c', curl]);
      expect(JSON.parse(stdout)).toEqual([expect.objectContaining({ name: 'Assistant' })]);
      const ready = async () => (await fetch(`${url}/api/ready/`)).status;
      await vi.waitFor(async () => expect(await ready()).toBe(200), { timeout: 120_000, interval: 200 }); // not while a busy machine keeps one of its checks waiting

      for (const name of ['db', 'speech', 'realtime', 'web', 'worker']) {
        const child = processesOf(folder.path).find((one) => one.command.includes(`dist/${name}.mjs`));
        expect(child, `${name} runs`).toBeDefined();
        process.kill(child!.pid, 'SIGKILL');
        await parley.until(new RegExp(`${name} is back`));
      }
      await vi.waitFor(async () => expect(await ready()).toBe(200), { timeout: 120_000, interval: 200 });
      expect(await parley.stop()).toBe(0);
    }
    expect(processesOf(folder.path)).toEqual([]);

    const scripts = `${folder.path}/scripts.json`;
    writeFileSync(scripts, JSON.stringify(SCRIPTS));
    await using again = ParleyProcess.start({ ...environment, PARLEY_SCRIPT: scripts });
    const [, , url] = await again.until(READY);
    expect(again.output).not.toMatch(/Password|building/);
    // As a terminal does it: to the whole process group, from where npm passes it on once more.
    const call = await speakingSession(`ws://127.0.0.1:${environment.REALTIME_PORT}/api/v1/realtime`, key);
    const short = await writingAnswer(url!, key, 'short');
    const long = await writingAnswer(url!, key, 'long');
    process.kill(-again.npm.pid!, 'SIGINT');
    expect(await short.events).toEqual(['connect', 'chunk', 'final', 'complete']);
    expect(await long.events).toEqual(['connect', 'chunk', 'error']);
    expect(await call.ended).toEqual({ code: 1012, finished: true });
    await again.until(/stopped: everything is written/);
    await vi.waitFor(() => expect(processesOf(folder.path)).toEqual([]), { timeout: 60_000 });
  });

  it('reports all bad settings at once and exits with 1', async () => {
    using folder = temporaryFolder('settings');
    const parley = ParleyProcess.start({ PARLEY_DATA_DIR: folder.path, PORT: 'high', PARLEY_OPEN_NETWORKS: 'home' });
    expect(await parley.exited).toBe(1);
    expect(parley.output).toMatch(/PORT: must be a port number[\s\S]*PARLEY_OPEN_NETWORKS: must be a comma-separated list/);
    expect(parley.output).not.toMatch(/\n\s+at /);
  });

  it('names a taken port in one line and exits with 1', async () => {
    using folder = temporaryFolder('port');
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as { port: number };
    const parley = ParleyProcess.start({ ...(await settings(folder.path)), PORT: String(port) });
    expect(await parley.exited).toBe(1);
    expect(parley.output.trim().split('\n')).toEqual([expect.stringMatching(new RegExp(`Port ${port} .* is taken: .*PORT`))]);
    taken.close();
  });

  it('refuses a data folder that another Parley uses, and one it cannot write', async () => {
    using folder = temporaryFolder('folder');
    await using first = ParleyProcess.start(await settings(folder.path));
    await first.until(READY);
    const second = ParleyProcess.start(await settings(folder.path));
    expect(await second.exited).toBe(1);
    expect(second.output).toMatch(new RegExp(`${folder.path}.*(in use|used)`));
    expect(second.output).not.toMatch(/\n\s+at /);
    expect((await fetch(`${READY.exec(first.output)![2]}/api/live/`)).status).toBe(200);

    writeFileSync(`${folder.path}/file`, '');
    const unwritable = ParleyProcess.start(await settings(`${folder.path}/file/data`));
    expect(await unwritable.exited).toBe(1);
    expect(unwritable.output).toMatch(/Cannot write to the data folder .*file\/data/);
  });
});
