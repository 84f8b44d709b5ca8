import { AppError } from '../platform/errors';
import { numberForms, plainNumber, plainPrefix } from './number-form';

export interface CallPrefixes {
  allowedPrefixes: readonly string[];
  deniedPrefixes: readonly string[];
}

/**
 * Whether the workspace may call a number. What is denied is denied in every spelling that may reach the same telephone;
 * what is allowed must be written as the list has it, so that a guess about a missing + never opens a country.
 *
 * @throws AppError forbidden, naming `extension`
 */
export function assertMayCall(policy: CallPrefixes, extension: string): void {
  const number = plainNumber(extension);
  const forms = numberForms(extension);
  const denied = policy.deniedPrefixes.find((prefix) => forms.some((form) => form.startsWith(plainPrefix(prefix))));
  if (denied !== undefined) throw new AppError('forbidden', `extension: numbers that begin with ${denied} may not be called; an administrator can change denied_prefixes (PUT /api/call-policy)`);
  if (policy.allowedPrefixes.length === 0 || policy.allowedPrefixes.some((prefix) => number.startsWith(plainPrefix(prefix)))) return;
  throw new AppError('forbidden', `extension: only numbers that begin with ${policy.allowedPrefixes.slice(0, 10).join(', ')} may be called; an administrator can change allowed_prefixes (PUT /api/call-policy)`);
}
