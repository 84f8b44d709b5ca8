import { z } from 'zod';

const storedFile = z.object({ id: z.string(), name: z.string(), mediaType: z.string(), sizeBytes: z.number(), pageCount: z.number().nullable().catch(null) });
export type StoredFile = z.infer<typeof storedFile>;

/** What was sent along with a message, as its record has it. */
export const storedFiles = (metadata: Record<string, unknown>): StoredFile[] =>
  z.array(z.unknown()).catch([]).parse(metadata.files).flatMap((file) => storedFile.safeParse(file).data ?? []);
