import { createHash } from 'node:crypto';
import { numberForms, type HeldTrunk, type TrunkCredentials } from '@/server/telephony';
import type { SipAccountSettings } from '../transport/sip/sip-account';

/** A trunk as the SIP account that serves it. */
export function accountSettings(trunk: HeldTrunk, { password, callerPassword }: TrunkCredentials): SipAccountSettings {
  return {
    id: trunk.id, domain: trunk.domain, user: trunk.username, protocol: trunk.transport, registers: trunk.registers,
    allowedAddresses: trunk.allowedAddresses, numbers: trunk.numbers.flatMap(numberForms), // providers leave the + out
    ...(trunk.authUsername === null ? {} : { authorizationUser: trunk.authUsername }),
    ...(trunk.displayName === null ? {} : { displayName: trunk.displayName }),
    ...(trunk.proxy === null ? {} : { proxy: trunk.proxy }),
    ...(password ? { password } : {}),
    ...(trunk.callerUsername !== null && callerPassword ? { callers: [{ username: trunk.callerUsername, password: callerPassword }] } : {}),
  };
}

/** The same for settings that an account need not be made anew for; passwords count. */
export const settingsDigest = (settings: SipAccountSettings): string => createHash('sha256').update(JSON.stringify({
  ...settings, password: settings.password?.reveal(), callers: settings.callers?.map(({ username, password }) => [username, password.reveal()]),
})).digest('base64');
