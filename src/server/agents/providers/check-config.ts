import { storingProblem } from '../../api/fields.contract';
import { invalidField } from '../../platform/errors';
import type { FieldDefinition } from '../contract';
import type { ProviderDefinition } from './definition';

const SECRET_NAME = /(api[_-]?key|token|secret|password)$/i;
const KEYS_BELONG = 'keys are not kept with an agent; set the provider’s key for the workspace or in the environment';

/** Why a value does not fit its definition; null when it does. */
export function fieldProblem(definition: FieldDefinition, value: unknown): string | null {
  const { type, min, max, step, options } = definition;
  if (type === 'boolean') return typeof value === 'boolean' ? null : 'must be true or false';
  if (type === 'number') {
    if (typeof value !== 'number' || !Number.isFinite(value)) return 'must be a number';
    if ((min !== undefined && value < min) || (max !== undefined && value > max)) return `must be ${min ?? '−∞'} to ${max ?? '∞'}`;
    return step === 1 && !Number.isInteger(value) ? 'must be a whole number' : null;
  }
  if (typeof value !== 'string') return 'must be text';
  const unstorable = storingProblem(value);
  if (unstorable !== null) return unstorable;
  if (definition.required && value.trim() === '') return 'must not be blank';
  if (max !== undefined && value.length > max) return `must have at most ${max} characters`;
  return options && !options.some((option) => option.value === value) ? `must be one of ${options.map((option) => option.value).join(', ')}` : null;
}

/** For providers without a client here: bounded, and nothing that looks like a key. */
function keptProblem(name: string, value: unknown): string | null {
  if (!/^[\w.-]{1,100}$/.test(name)) return 'is not a name of a setting';
  if (SECRET_NAME.test(name)) return KEYS_BELONG;
  if (typeof value === 'string') return value.length > 500 ? 'must have at most 500 characters' : storingProblem(value);
  return typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value)) ? null : 'must be text, a number, true or false';
}

/** @throws AppError invalid_input that names the setting */
export function checkSetting(provider: ProviderDefinition, name: string, value: unknown, path: string): void {
  const { fields } = provider;
  const definition = fields !== null && Object.hasOwn(fields, name) ? fields[name] : undefined;
  const known = Object.keys(fields ?? {});
  const problem = fields === null ? keptProblem(name, value)
    : definition ? fieldProblem(definition, value)
      : SECRET_NAME.test(name) ? KEYS_BELONG
        : `${provider.label} has no such setting; ${known.length > 0 ? `it has ${known.join(', ')}` : 'it has none'}`;
  if (problem !== null) throw invalidField(path, problem);
}
