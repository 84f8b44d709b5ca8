import type { AuditEvent } from '@/server/audit/contract';
import { formatDateTime } from '../../../_lib/format';

/** What the subject of an action is called; an unknown one is read from its name. */
const SUBJECTS: Record<string, string> = {
  agent: 'agent', api_key: 'API key', device: 'device', user: 'member', invitation: 'invitation', workspace: 'workspace',
  provider_key: 'vendor key', password_reset: 'password link', privacy: 'caller’s data', sign_in: 'sign-in', session: 'session', secret: 'secret',
};

const VERBS: Record<string, string> = {
  create: 'created', update: 'changed', delete: 'deleted', remove: 'removed', revoke: 'revoked', rotate: 'gave a new token to', accept: 'accepted',
  set: 'set', set_default: 'made the default:', erase: 'erased', export: 'exported', reset: 'reset', lock: 'locked', close: 'ended', switch: 'switched to',
  use: 'used', sign_in: 'signed in', change_password: 'changed the password of', reset_password: 'made a password link for',
};

const spaced = (name: string): string => name.replaceAll('_', ' ').replaceAll('.', ' ').trim();

/** `api_key.revoke` → "revoked", "API key". */
export function wordsOf(event: Pick<AuditEvent, 'action' | 'subject'>): { verb: string; kind: string } {
  const dot = event.action.indexOf('.');
  const [subject, verb] = dot < 0 ? ['', event.action] : [event.action.slice(0, dot), event.action.slice(dot + 1)];
  const kind = SUBJECTS[event.subject.kind] ?? SUBJECTS[subject] ?? spaced(event.subject.kind || subject);
  return { verb: VERBS[verb] ?? spaced(verb), kind };
}

/** For the filter: what can be acted on. */
export const SUBJECT_FILTERS = [
  { value: 'agent', label: 'Agents' },
  { value: 'device', label: 'Devices' },
  { value: 'user', label: 'Members' },
  { value: 'invitation', label: 'Invitations' },
  { value: 'api_key', label: 'API keys' },
  { value: 'provider_key', label: 'Vendor keys' },
  { value: 'workspace', label: 'Workspace' },
  { value: 'privacy', label: 'Privacy' },
] as const;

const ACTOR_KINDS: Record<string, string> = { user: 'Person', api_key: 'API key', device: 'Device', open_network: 'Open network', system: 'Parley itself' };
export const actorKind = (kind: string): string => ACTOR_KINDS[kind] ?? spaced(kind);

/** client_id, clientId → Client id */
export function fieldName(key: string): string {
  const words = key.replaceAll('_', ' ').replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:[\d.]+Z$/;

/** One detail as text: times where the person is, lists with commas, nothing as a dash, the rest as JSON. */
export function fieldText(value: unknown): string {
  if (value === null || value === undefined || value === '') return '–';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string' && MOMENT.test(value)) return formatDateTime(new Date(value));
  if (Array.isArray(value) && value.every((one) => typeof one !== 'object')) return value.length === 0 ? '–' : value.join(', ');
  return typeof value === 'object' ? JSON.stringify(value, null, 2) : String(value);
}
