import { z } from 'zod';
import { AppError } from '../../errors';

/**
 * An export is lines of JSON. First the header; then for each table a line that names it, followed by one line a row (the
 * row as Postgres writes it, a JSON string); then the sequences; last the end, which tells a whole file from half of one.
 */
export const headerLine = z.object({ format: z.literal('parley-export'), version: z.literal(1), schema: z.number(), exportedAt: z.string() });
export const tableLine = z.object({ table: z.string(), columns: z.array(z.string()) });
export const sequenceLine = z.object({ sequence: z.string(), value: z.string() });
export const endLine = z.object({ end: z.literal(true), rows: z.number() });

const line = z.union([z.string(), tableLine, sequenceLine, endLine, headerLine]);
export type ExportLine = z.infer<typeof line>;

export function readLine(text: string): ExportLine {
  try {
    return line.parse(JSON.parse(text));
  } catch (error) {
    throw new AppError('invalid_input', 'This is not an export of Parley, or it is damaged.', { cause: error });
  }
}

/** Text forms that do not depend on a server's settings, so that a row reads the same on both sides. */
export const PLAIN_TEXT_FORMS = "SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL intervalstyle = 'postgres'; SET LOCAL bytea_output = 'hex'; SET LOCAL extra_float_digits = 1; SET LOCAL timezone = 'UTC'";
