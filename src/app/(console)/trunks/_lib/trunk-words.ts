import type { Trunk } from '@/server/telephony/contract';
import type { Tone } from '../../../_ui/badge';

export interface TrunkStateWords {
  label: string;
  tone: Tone;
  pulse: boolean;
  /** In a sentence, for whoever sees it for the first time. */
  meaning: string;
}

export function trunkState(trunk: Pick<Trunk, 'status' | 'is_active' | 'last_error' | 'registers'>): TrunkStateWords {
  if (!trunk.is_active) return { label: 'Off', tone: 'neutral', pulse: false, meaning: 'Switched off: no calls come or go over it.' };
  switch (trunk.status) {
    case 'registered': return { label: 'Registered', tone: 'ok', pulse: false, meaning: 'The other side knows where to find Parley.' };
    case 'static': return trunk.last_error === null
      ? { label: 'Ready', tone: 'ok', pulse: false, meaning: 'Known by its addresses: nothing has to register.' }
      : { label: 'Not reached', tone: 'danger', pulse: false, meaning: 'The other side does not answer.' };
    case 'registering': return { label: 'Registering', tone: 'warn', pulse: true, meaning: 'Asking the other side to send calls here.' };
    case 'waiting': return { label: 'Not registered', tone: 'danger', pulse: false, meaning: 'It could not register, and tries again by itself.' };
    case 'stopped': return { label: 'Starting', tone: 'neutral', pulse: true, meaning: 'No process serves it yet. It is taken up within seconds while realtime runs.' };
  }
}

const MENDS: readonly [sign: RegExp, mend: string][] = [
  [/refuses the user or the password|\b40[137]\b|forbidden|unauthori[sz]ed/i, 'Compare user and password with those at the PBX. Some want another name for authentication.'],
  [/not be found|ENOTFOUND|EAI_AGAIN|resolve|unknown host|no address/i, 'Check the spelling of the domain, and of the proxy if there is one.'],
  [/does not answer|timed? ?out|408|ETIMEDOUT/i, 'Is the address right, and the port? A firewall may be in between; some sides speak only TCP, or only UDP.'],
  [/cannot be reached|503|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|refused the connection/i, 'Is the other side running, and does it listen on this port with this transport?'],
  [/connection to the registrar was closed|lost/i, 'It comes back by itself. If it keeps happening, try the other transport.'],
  [/password.*(missing|read|decrypt)|encryption/i, 'Enter the password again.'],
];

/** What usually helps; null when nobody can tell. */
export const mendOf = (error: string): string | null => MENDS.find(([sign]) => sign.test(error))?.[1] ?? null;

/** `100@pbx.example.org over UDP` */
export const trunkAddress = ({ username, domain, transport }: Pick<Trunk, 'username' | 'domain' | 'transport'>): string => `${username}@${domain} over ${transport.toUpperCase()}`;

/** Which variable says what of the environment's trunk. */
export const ENVIRONMENT_VARIABLES: readonly { name: string; of: (trunk: Trunk) => string | null }[] = [
  { name: 'SIP_DOMAIN', of: ({ domain }) => domain },
  { name: 'SIP_USER', of: ({ username }) => username },
  { name: 'SIP_PASSWORD', of: ({ has_password }) => (has_password ? 'Set, never shown' : null) },
  { name: 'SIP_REGISTRAR', of: ({ proxy }) => proxy },
  { name: 'SIP_TRANSPORT', of: ({ transport }) => transport },
  { name: 'SIP_ALLOWED_ADDRESSES', of: ({ allowed_addresses }) => allowed_addresses.join(', ') || null },
];
