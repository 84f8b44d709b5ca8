import type { ZodError } from 'zod';
import { AppError, type ErrorIssue } from '../platform/errors';
import { issueWords } from './issue-words';

/** `["options", 0, "value"]` as people write it: `options[0].value`. */
const pathText = (path: readonly PropertyKey[]): string =>
  path.map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`)).join('');

/** A message that says itself what is required, as the documented texts of threads do, is not led by the field's name. */
const SAYS_WHAT = /^[A-Z].* is required$/;

/** Bad input as clients see it: one sentence that names the first field, and every problem beside it. */
export function validationError(error: ZodError): AppError {
  const issues: ErrorIssue[] = error.issues.map((issue) => ({ path: pathText(issue.path), message: issueWords(issue) }));
  const first = issues[0];
  if (first && SAYS_WHAT.test(first.message)) return new AppError('invalid_input', first.message, { issues, cause: error });
  const text = !first ? 'Invalid input' : first.path ? `${first.path}: ${first.message}` : first.message;
  return new AppError('invalid_input', issues.length > 1 ? `${text} (and ${issues.length - 1} more)` : text, { issues, cause: error });
}
