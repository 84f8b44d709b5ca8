import { AppError } from '../platform/errors';

/** A mistake in a body, by the name of its field. */
export const invalid = (path: string, message: string): AppError => new AppError('invalid_input', `${path}: ${message}`, { issues: [{ path, message }] });
