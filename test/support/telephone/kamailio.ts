import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Child } from './child';
import { freeSipPort } from './free-sip-port';
import { Stranger } from './stranger';
import { until } from './until';

export const PBX = 'pbx.test';
/** Of every user of the test PBX. */
export const PASSWORD = 'secret';

const config = (port: number) => `#!KAMAILIO
debug=0
log_stderror=yes
children=2
tcp_children=2
auto_aliases=no
alias="${PBX}"
listen=udp:127.0.0.1:${port}
listen=tcp:127.0.0.1:${port}
${['sl', 'tm', 'rr', 'pv', 'maxfwd', 'usrloc', 'registrar', 'textops', 'auth', 'siputils', 'kex', 'corex'].map((name) => `loadmodule "${name}.so"`).join('\n')}
modparam("tm", "fr_timer", 5000)
modparam("tm", "fr_inv_timer", 60000)
modparam("registrar", "min_expires", 30)

request_route {
  if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }
  if (is_method("CANCEL")) { if (t_check_trans()) { t_relay(); } exit; }
  if (has_totag()) {
    if (loose_route()) { t_relay(); exit; }
    if (is_method("ACK")) { if (t_check_trans()) { t_relay(); } exit; }
    sl_send_reply("404", "Not Here"); exit;
  }
  t_check_trans();
  if (is_method("OPTIONS")) { sl_send_reply("200", "OK"); exit; }
  if (is_method("REGISTER")) {
    if (!pv_www_authenticate("${PBX}", "${PASSWORD}", "0")) { www_challenge("${PBX}", "1"); exit; }
    save("location"); exit;
  }
  if (is_method("INVITE")) {
    if (!pv_proxy_authenticate("${PBX}", "${PASSWORD}", "0")) { proxy_challenge("${PBX}", "1"); exit; }
    consume_credentials();
    record_route();
  }
  if (!lookup("location")) { sl_send_reply("404", "Not Found"); exit; }
  t_relay();
}
`;

export type Kamailio = AsyncDisposable & { port: number; child: Child };
const STARTS = 3;

/** Kamailio as a PBX: registrar and proxy with digest, UDP and TCP on one port. */
export async function startKamailio(): Promise<Kamailio> {
  for (let start = 1; ; start++) {
    try {
      return await startOnce();
    } catch (error) {
      if (start === STARTS) throw error; // its port may have been taken between our look and its own
    }
  }
}

async function startOnce(): Promise<Kamailio> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-kamailio-'));
  const port = await freeSipPort();
  writeFileSync(join(folder, 'kamailio.cfg'), config(port));
  const child = Child.start('kamailio', ['-DD', '-E', '-m', '32', '-M', '4', '-f', join(folder, 'kamailio.cfg'), '-Y', folder, '-w', folder, '-P', join(folder, 'pid')]);
  const dispose = async () => { await child[Symbol.asyncDispose](); rmSync(folder, { recursive: true, force: true }); };
  const asking = await Stranger.to(port);
  try {
    await until('Kamailio answers', () => {
      if (child.process.exitCode !== null) throw new Error('it ended');
      void asking.send(asking.request());
      return asking.answers.length > 0;
    }, 60_000);
  } catch (error) {
    await dispose();
    throw new Error(`Kamailio did not start: ${child.output}`, { cause: error });
  } finally {
    await asking[Symbol.asyncDispose]();
  }
  return { port, child, [Symbol.asyncDispose]: dispose };
}
