import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import type { Form, FormBody, FormFile } from '../api/define-route';
import { validationError } from '../api/validation-error';
import { AppError, invalidField } from '../platform/errors';
import { coerceFields, fieldKinds } from './input';

const LIMITS = { fields: 100, fieldSize: 65_536, fieldNameSize: 200, headerPairs: 100 } as const;

/** What the parser throws, in our own terms. */
function formError(error: unknown, body: FormBody): unknown {
  if (error instanceof AppError || !(error instanceof Error)) return error;
  if ('code' in error && error.code === 'FST_FILES_LIMIT') return new AppError('payload_too_large', `At most ${body.maxFiles} file${body.maxFiles === 1 ? '' : 's'} at once`);
  if ('statusCode' in error && error.statusCode === 413) return new AppError('payload_too_large', 'The form has too many or too large fields', { cause: error });
  return new AppError('invalid_input', `body: is no well-formed multipart/form-data (${error.message})`, { cause: error });
}

/** A form that breaks off within a file is told to whoever reads the file. */
async function* bytesOf(file: Readable, body: FormBody): AsyncGenerator<Uint8Array> {
  try {
    for await (const bytes of file) yield bytes as Uint8Array;
  } catch (error) {
    throw formError(error, body);
  }
}

/** Reads a form as it arrives: nothing is kept but the text fields, and what is too large is refused while it is read. */
export function readForm(request: FastifyRequest, body: FormBody): Form<unknown> {
  const texts: Record<string, string[]> = Object.create(null) as Record<string, string[]>;
  const kinds = fieldKinds([body.fields]);
  const seen = new Map<string, number>();

  async function* read(): AsyncGenerator<FormFile> {
    try {
      for await (const part of request.parts({ limits: { ...LIMITS, files: body.maxFiles, fileSize: body.maxFileBytes } })) {
        if (part.type === 'field') {
          if (part.valueTruncated) throw new AppError('payload_too_large', `${part.fieldname}: is longer than ${LIMITS.fieldSize} bytes`);
          (texts[part.fieldname] ??= []).push(String(part.value));
          continue;
        }
        const declared = Object.hasOwn(body.files, part.fieldname) ? body.files[part.fieldname] : undefined;
        if (!declared) throw invalidField(part.fieldname, `no file belongs here; send it as ${Object.keys(body.files).map((name) => `"${name}"`).join(' or ')}`);
        const count = (seen.get(part.fieldname) ?? 0) + 1;
        if (count > 1 && !declared.many) throw invalidField(part.fieldname, 'must be one file');
        seen.set(part.fieldname, count);
        part.file.once('limit', () => part.file.destroy(new AppError('payload_too_large', `${part.fieldname}: the file has more than ${body.maxFileBytes} bytes`)));
        part.file.on('error', () => {}); // whoever reads gets it, and nobody may be reading
        yield { field: part.fieldname, filename: part.filename, type: part.mimetype, stream: Readable.from(bytesOf(part.file, body), { objectMode: false }) };
        if (!part.file.readableEnded && !part.file.destroyed) part.file.resume();
      }
    } catch (error) {
      throw formError(error, body);
    }
    const least = body.minFiles ?? 1;
    const total = [...seen.values()].reduce((sum, count) => sum + count, 0);
    if (total < least) throw invalidField(Object.keys(body.files)[0] ?? 'file', least === 1 ? 'a file is required' : `at least ${least} files are required`);
  }

  const files = read();
  return {
    files: () => files,
    async fields() {
      for await (const file of files) file.stream.resume();
      const parsed = body.fields.safeParse(coerceFields(kinds, texts));
      if (!parsed.success) throw validationError(parsed.error);
      return parsed.data;
    },
  };
}
