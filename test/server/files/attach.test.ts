import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFileService, type FileService } from '@/server/files';
import { aConversation, aWorkspace } from '@test/support/builders';
import { createTestDatabase, type TestDatabase } from '@test/support/database';

const logger = pino({ level: 'silent' });
let database: TestDatabase;
let service: FileService;
beforeAll(async () => {
  database = await createTestDatabase();
  service = createFileService({ db: database.db, limits: { maxBytes: 2_000_000, maxPages: 10 }, logger });
});
afterAll(async () => {
  await service.close();
  await database[Symbol.asyncDispose]();
});

async function aPlace() {
  const workspaceId = await aWorkspace(database.db);
  return { workspaceId, conversationId: await aConversation(database.db, { workspaceId }) };
}

async function whole(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of bytes) pieces.push(piece);
  return Buffer.concat(pieces);
}

test('a text file is kept under an id, byte for byte, with the name it came with', async () => {
  const place = await aPlace();
  const data = Buffer.from(`Café\r\n${'x'.repeat(1_200_000)}`);
  const file = await service.attach({ ...place, name: 'notes.txt', data });
  expect(file).toMatchObject({ fileIndex: 0, name: 'notes.txt', kind: 'text', mediaType: 'text/plain', sizeBytes: data.length, pageCount: null });
  const opened = await service.open({ ...place, fileId: file.id });
  expect((await whole(opened.bytes())).equals(data)).toBe(true);
});
