import type { CreateTrunkInput, Trunk } from '@/server/telephony/contract';

export type Preset = 'extension' | 'provider-login' | 'provider-static' | 'phone';

export interface TrunkForm {
  name: string;
  domain: string;
  proxy: string;
  transport: 'udp' | 'tcp';
  registers: boolean;
  username: string;
  authUsername: string;
  /** Write-only: '' leaves what is kept. */
  password: string;
  removesPassword: boolean;
  allowedAddresses: string[];
  callerUsername: string;
  callerPassword: string;
  removesCallerPassword: boolean;
  numbers: string[];
  /** '' leaves it to the workspace. */
  defaultAgentId: string;
  callerId: string;
  displayName: string;
  isDefault: boolean;
  isActive: boolean;
  maxCalls: string;
  callsPerSecond: string;
}

const BLANK: TrunkForm = {
  name: '', domain: '', proxy: '', transport: 'udp', registers: true, username: '', authUsername: '', password: '', removesPassword: false,
  allowedAddresses: [], callerUsername: '', callerPassword: '', removesCallerPassword: false, numbers: [], defaultAgentId: '',
  callerId: '', displayName: '', isDefault: false, isActive: true, maxCalls: '', callsPerSecond: '',
};

/** What a common case begins with, and what its fields are for. */
export const PRESETS: readonly { value: Preset; label: string; hint: string; values: Partial<TrunkForm> }[] = [
  { value: 'extension', label: 'Extension of a PBX', hint: 'Asterisk, FreePBX, 3CX or a FRITZ!Box: it registers like a desk phone.', values: { name: 'PBX', transport: 'udp', registers: true } },
  { value: 'provider-login', label: 'Provider with a password', hint: 'Telnyx, Twilio or a local provider that gave you a user and a password.', values: { name: 'Provider', transport: 'udp', registers: true, maxCalls: '10', callsPerSecond: '1' } },
  { value: 'provider-static', label: 'Provider by address', hint: 'A trunk without registration: each side knows the other’s address.', values: { name: 'Provider', transport: 'udp', registers: false, username: 'parley', maxCalls: '10', callsPerSecond: '1' } },
  { value: 'phone', label: 'Telephones that ring in', hint: 'A softphone or another system signs in to Parley with a password.', values: { name: 'Phones', transport: 'udp', registers: false, username: 'parley', callerUsername: 'phone' } },
];

export const formOfPreset = (preset: Preset): TrunkForm => ({ ...BLANK, ...PRESETS.find(({ value }) => value === preset)?.values });

const text = (value: string | number | null): string => (value === null ? '' : String(value));

export const formOf = (trunk: Trunk): TrunkForm => ({
  name: trunk.name,
  domain: trunk.domain,
  proxy: text(trunk.proxy),
  transport: trunk.transport,
  registers: trunk.registers,
  username: trunk.username,
  authUsername: text(trunk.auth_username),
  password: '',
  removesPassword: false,
  allowedAddresses: trunk.allowed_addresses,
  callerUsername: text(trunk.caller_username),
  callerPassword: '',
  removesCallerPassword: false,
  numbers: trunk.numbers,
  defaultAgentId: text(trunk.default_agent_id),
  callerId: text(trunk.caller_id),
  displayName: text(trunk.display_name),
  isDefault: trunk.is_default,
  isActive: trunk.is_active,
  maxCalls: text(trunk.max_calls),
  callsPerSecond: text(trunk.calls_per_second),
});

const orNull = (value: string): string | null => value.trim() || null;
/** What is no number goes as it is: the server says at which field. */
const numberOrNull = (value: string): number | null => (value.trim() === '' ? null : Number(value.trim().replace(',', '.')));
const secret = (typed: string, removes: boolean): string | null | undefined => (removes ? null : typed === '' ? undefined : typed);

export function trunkInputOf(form: TrunkForm): CreateTrunkInput {
  const password = secret(form.password, form.removesPassword);
  const callerPassword = secret(form.callerPassword, form.removesCallerPassword);
  return {
    name: form.name,
    domain: form.domain,
    username: form.username,
    proxy: orNull(form.proxy),
    transport: form.transport,
    auth_username: orNull(form.authUsername),
    ...(password === undefined ? {} : { password }),
    registers: form.registers,
    allowed_addresses: form.allowedAddresses,
    caller_username: orNull(form.callerUsername),
    ...(callerPassword === undefined ? {} : { caller_password: callerPassword }),
    numbers: form.numbers,
    caller_id: orNull(form.callerId),
    display_name: orNull(form.displayName),
    default_agent_id: orNull(form.defaultAgentId),
    ...(form.isDefault ? { is_default: true } : {}),
    is_active: form.isActive,
    max_calls: numberOrNull(form.maxCalls),
    calls_per_second: numberOrNull(form.callsPerSecond),
  };
}

export const isSameForm = (a: TrunkForm, b: TrunkForm): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Paths of refusals that some field of the form shows. */
export const TRUNK_FIELDS = [
  'name', 'domain', 'proxy', 'transport', 'registers', 'username', 'auth_username', 'password', 'allowed_addresses', 'caller_username', 'caller_password',
  'numbers', 'caller_id', 'display_name', 'default_agent_id', 'is_default', 'is_active', 'max_calls', 'calls_per_second',
];

/** A refusal of one entry is shown at its list: `numbers[3]` at numbers. */
export const atTheirList = (errors: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(errors).map(([path, message]) => [path.replace(/\[\d+\]$/, ''), message]));

export const shownTrunkPaths = (form: TrunkForm): string[] =>
  [...TRUNK_FIELDS, ...form.numbers.map((_, index) => `numbers[${index}]`), ...form.allowedAddresses.map((_, index) => `allowed_addresses[${index}]`)];
