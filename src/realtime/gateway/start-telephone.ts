import type { Principal } from '@/server/auth/principal';
import type { Config } from '@/server/platform/config';
import type { Logger } from '@/server/platform/logger';
import { MediaNode } from '../transport/rtp/media-node';
import { SipListener } from '../transport/sip/listener/sip-listener';
import { HostResolver } from '../transport/sip/resolve-host';
import { SipAccount } from '../transport/sip/sip-account';
import type { SipCall } from '../transport/sip/sip-call';
import { SipTransport } from '../transport/sip/sip-transport';
import type { Transport } from '../transport/transport';

export interface TelephoneOptions {
  sip: Config['sip'] & { trunk: NonNullable<Config['sip']['trunk']> };
  logger: Logger;
  /** Whom incoming calls belong to. */
  workspaceId: string;
  /** Holds a conversation; the default agent answers. */
  talk(transport: Transport, principal: Principal): void;
  /** The media worker has died, and all calls with it. */
  onMediaLost(): void;
}

export interface Telephone {
  port: number;
  account: SipAccount;
  /** Takes leave of the registrar, hangs up what is left and closes the ports. */
  close(): Promise<void>;
}

/** The node's telephone with the trunk of the environment. @throws Error EADDRINUSE */
export async function startTelephone(options: TelephoneOptions): Promise<Telephone> {
  const { sip, logger, workspaceId } = options;
  const { trunk } = sip;
  const media = await MediaNode.start({ ports: sip.rtpPorts, logger, onLost: options.onMediaLost });
  const listener = new SipListener({ host: sip.host, port: sip.port, logger });
  try {
    await listener.open();
  } catch (error) {
    await media.close();
    throw error;
  }
  const answer = (call: SipCall): void => {
    const principal: Principal = { kind: 'trunk', id: workspaceId, workspaceId, role: 'operator', scopes: ['*'], label: trunk.domain };
    logger.info({ callId: call.facts.id }, 'a call comes in');
    call.ring().catch((error: unknown) => logger.debug({ err: error, callId: call.facts.id }, 'ringing could not be told'));
    const transport = new SipTransport(call, {
      start: { greeting: true },
      onCall: { onEnded: ({ reason, status }) => logger.info({ callId: call.facts.id, reason, status }, 'a call ended') },
    });
    options.talk(transport, principal);
  };
  const account = new SipAccount({
    id: 'environment', domain: trunk.domain, user: trunk.user, protocol: trunk.transport, registers: trunk.password !== undefined, allowedAddresses: trunk.allowedAddresses,
    ...(trunk.password ? { password: trunk.password } : {}), ...(trunk.registrar ? { proxy: trunk.registrar } : {}),
  }, {
    listener, media, logger, resolver: new HostResolver(), onCall: answer,
    ...(sip.publicAddress ? { publicAddress: sip.publicAddress } : {}),
    onState: (state, error) => { if (error) logger.warn({ state, error }, 'telephone account'); else logger.info({ state }, 'telephone account'); },
  });
  await account.start();
  return {
    port: listener.port, account,
    async close() {
      await account.stop();
      await listener.close();
      await media.close();
    },
  };
}
