import type { Database } from '../platform/db/client';
import { invalidField } from '../platform/errors';
import { allowedAddress } from './allowed-address';
import type { CreateTrunkInput, UpdateTrunkInput } from './contract';
import { agentById, findNamedAgents } from './find-agent';
import { numberProblem, plainNumber } from './number-form';
import type { trunks } from './tables';

type Columns = Partial<typeof trunks.$inferInsert>;
type Said = Omit<CreateTrunkInput | UpdateTrunkInput, 'trunk_id'>;

const trunkNumber = (written: string, index: number): string => {
  const problem = numberProblem(written);
  if (problem !== null) throw invalidField(`numbers[${index}]`, problem);
  return plainNumber(written);
};

/** What a body says, as columns; what it does not say is not among them. @throws AppError invalid_input naming the field */
export async function trunkChanges(tx: Database, said: Said, workspaceId: string): Promise<Columns> {
  if (said.default_agent_id) agentById(await findNamedAgents(tx, workspaceId), said.default_agent_id, 'default_agent_id');
  const columns: { [Key in keyof Columns]: Columns[Key] | undefined } = {
    name: said.name, domain: said.domain?.toLowerCase(), proxy: said.proxy === null ? null : said.proxy?.toLowerCase(), transport: said.transport,
    username: said.username, authUsername: said.auth_username, registers: said.registers,
    allowedAddresses: said.allowed_addresses && [...new Set(said.allowed_addresses.map((each, index) => allowedAddress(each, `allowed_addresses[${index}]`)))],
    callerUsername: said.caller_username,
    numbers: said.numbers && [...new Set(said.numbers.map(trunkNumber))],
    callerId: said.caller_id, displayName: said.display_name, defaultAgentId: said.default_agent_id,
    isDefault: said.is_default, isActive: said.is_active, maxCalls: said.max_calls, callsPerSecond: said.calls_per_second,
  };
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined)) as Columns;
}

/** What has to fit together once the body is in. */
export function assertTrunkFits(trunk: { registers: boolean; hasPassword: boolean; callerUsername: string | null; hasCallerPassword: boolean }): void {
  if (trunk.registers && !trunk.hasPassword) throw invalidField('password', 'is needed to register; enter the extension’s password, or set registers to false for a trunk that knows our address');
  if (trunk.callerUsername !== null && !trunk.hasCallerPassword) throw invalidField('caller_password', 'is needed with caller_username; without one anybody could call in under that name');
  if (trunk.callerUsername === null && trunk.hasCallerPassword) throw invalidField('caller_username', 'is needed with caller_password');
}
