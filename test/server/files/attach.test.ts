import { deflateSync } from 'node:zlib';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFileService, type FileService } from '@/server/files';
import { AppError } from '@/server/platform/errors';
import { newId } from '@/server/platform/ids';
import { aConversation, aWorkspace } from '@test/support/builders';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { aDocx, aPdf, aRawPdf, GIF, JPEG, PNG, streamObject, WEBP } from '@test/support/files/documents';
import '@test/support/fuzz-seed';

const logger = pino({ level: 'silent' });
let database: TestDatabase;
let service: FileService;
let place: { workspaceId: string; conversationId: string };
beforeAll(async () => {
  database = await createTestDatabase();
  service = createFileService({ db: database.db, limits: { maxBytes: 3_000_000, maxPages: 10 }, logger, reading: { timeLimitMs: 20_000, maxMemoryBytes: 700_000_000 } });
  const workspaceId = await aWorkspace(database.db);
  place = { workspaceId, conversationId: await aConversation(database.db, { workspaceId }) };
});
afterAll(async () => {
  await service.close();
  await database[Symbol.asyncDispose]();
});

const attach = (name: string, data: Uint8Array | Readable | string) => service.attach({ ...place, name, data: typeof data === 'string' ? Buffer.from(data) : data });

/** What the refusal says; fails when there is none. */
async function refusal(name: string, data: Uint8Array | Readable | string): Promise<string> {
  const outcome = await attach(name, data).then(() => null, (error: unknown) => error);
  expect(outcome).toBeInstanceOf(AppError);
  const { kind, message } = outcome as AppError;
  return `${kind}: ${message}`;
}

const textOf = async (id: string) => (await database.sql<{ text: string | null }[]>`select extracted_text as text from files where id = ${id}`)[0]!.text;

async function whole(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of bytes) pieces.push(piece);
  return Buffer.concat(pieces);
}

const rows = async () => Number((await database.sql`select count(*) as n from files where conversation_id = ${place.conversationId}`)[0]!.n);

describe('what is taken', () => {
  it('keeps a file of several pieces byte for byte, as it comes', async () => {
    const data = Buffer.from(`Café\r\n${'x'.repeat(1_200_000)}`);
    const file = await attach('notes.txt', Readable.from([data.subarray(0, 3), data.subarray(3, 700_000), data.subarray(700_000)]));
    expect(file).toMatchObject({ name: 'notes.txt', kind: 'text', mediaType: 'text/plain', sizeBytes: data.length, pageCount: null });
    const { row, bytes } = await service.open({ ...place, fileId: file.id });
    expect((await whole(bytes())).equals(data)).toBe(true);
    expect(row.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect((await textOf(file.id))?.slice(0, 6)).toBe('Café\nx');
  });

  it.each([
    ['UTF-8 with a mark', Buffer.from('\ufeffGrüße'), 'Grüße'],
    ['UTF-16 little end first', Buffer.from('\ufeffGrüße', 'utf16le'), 'Grüße'],
    ['UTF-16 big end first', Buffer.from('\ufeffGrüße', 'utf16le').swap16(), 'Grüße'],
  ])('reads text in %s', async (_encoding, data, text) => {
    expect(await textOf((await attach('a.txt', data)).id)).toBe(text);
  });

  it.each([['a.md', 'markdown', 'text/markdown'], ['a.csv', 'csv', 'text/csv'], ['a.unheard', 'text', 'text/plain'], ['a.svg', 'text', 'text/plain']])('calls the text of %s %s', async (name, kind, mediaType) => {
    expect(await attach(name, '<svg xmlns="http://www.w3.org/2000/svg"/>')).toMatchObject({ kind, mediaType });
  });

  it('reads a PDF page by page', async () => {
    const file = await attach('report.pdf', await aPdf(['The first page\nof two', 'The second page']));
    expect(file).toMatchObject({ kind: 'pdf', mediaType: 'application/pdf', pageCount: 2 });
    expect(await textOf(file.id)).toBe('The first page\nof two\fThe second page');
  });

  it('reads a Word document, also under no name at all', async () => {
    const file = await attach('', aDocx(['Dear reader', 'Yours, the writer']));
    expect(file).toMatchObject({ name: 'file', kind: 'docx', mediaType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document' });
    expect(await textOf(file.id)).toBe('Dear reader\n\nYours, the writer');
  });

  it.each([['png', PNG, 'image/png'], ['gif', GIF, 'image/gif'], ['webp', WEBP, 'image/webp'], ['jpg', JPEG, 'image/jpeg']])('takes a %s image by its content', async (ending, data, mediaType) => {
    expect(await attach(`a.${ending}`, data)).toMatchObject({ kind: 'image', mediaType });
    expect((await attach('photo.jpeg', data)).mediaType).toBe(mediaType);
  });

  it('gives twenty files that come at once twenty positions', async () => {
    const conversationId = await aConversation(database.db, { workspaceId: place.workspaceId });
    const pdf = await aPdf(['One page']);
    const kept = await Promise.all(Array.from({ length: 20 }, (_, index) => service.attach({ ...place, conversationId, name: `${index}`, data: index % 4 === 0 ? pdf : Buffer.from(`text ${index}`) })));
    expect(kept.map(({ fileIndex }) => fileIndex).sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index));
    expect(kept.filter(({ kind }) => kind === 'pdf')).toHaveLength(5);
  });
});

describe('names', () => {
  it.each([
    ['../../etc/passwd', 'passwd'], ['C:\\Users\\me\\a.txt', 'a.txt'], ['a\r\nSet-Cookie: b.txt', 'aSet-Cookie: b.txt'], ['invoice\u202efdp.txt', 'invoicefdp.txt'],
    ['\u0000\u0001', 'file'], ['...', 'file'], ['.env', 'env'], [`${'ä'.repeat(400)}.txt`, `${'ä'.repeat(195)}….txt`], ['  two   words .txt ', 'two words .txt'],
  ])('makes of %j a line that can be shown', async (given, shown) => {
    expect((await attach(given, 'a')).name).toBe(shown);
  });
});

describe('what is refused, in words, leaving nothing', () => {
  const encrypted = '/Encrypt << /Filter /Standard /V 1 /R 2 /O <28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A> /U <28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A> /P -4 >> /ID [<00112233445566778899AABBCCDDEEFF> <00112233445566778899AABBCCDDEEFF>]';
  const page = (contents: number) => ['<< /Type /Catalog /Pages 2 0 R >>', '<< /Type /Pages /Kids [3 0 R] /Count 1 >>', `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents ${contents} 0 R /Resources << >> >>`];
  const png = (width: number, height: number) => {
    const data = Buffer.from(PNG);
    data.writeUInt32BE(width, 16);
    data.writeUInt32BE(height, 20);
    return data;
  };
  const lyingSize = (zip: Buffer) => { // the archive's directory says that its largest entry has one byte
    const copy = Buffer.from(zip);
    for (let at = copy.indexOf('PK\x01\x02', 'latin1'); at >= 0; at = copy.indexOf('PK\x01\x02', at + 1, 'latin1')) copy.writeUInt32LE(1, at + 24);
    return copy;
  };
  const withEnd = (zip: Buffer, change: (copy: Buffer, end: number) => void) => {
    const copy = Buffer.from(zip);
    change(copy, copy.lastIndexOf('PK\x05\x06', undefined, 'latin1'));
    return copy;
  };
  const packedZeros = (megabytes: number) => ({ 'word/media/bomb.bin': new Uint8Array(megabytes * 1_000_000) });

  it.each<[string, string, () => Promise<Buffer> | Buffer | Readable, RegExp]>([
    ['nothing', 'a.txt', () => Buffer.alloc(0), /^invalid_input: file: the file is empty/],
    ['too much', 'a.txt', () => Readable.from((function* () { for (;;) yield Buffer.alloc(65_536, 'a'); })()), /^payload_too_large: file: the file is larger than 3 MB/],
    ['what is no text', 'a.txt', () => Buffer.from([1, 2, 3, 250, 251]), /^unsupported_media_type: file: .*send PDF, Word/],
    ['another encoding', 'a.txt', () => Buffer.from('Grüße', 'latin1'), /^unsupported_media_type/],
    ['a program', 'a.txt', () => Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01'), Buffer.alloc(100)]), /^unsupported_media_type: file: ELF files are not read here/],
    ['an image that is a web page', 'photo.png', () => Buffer.from('<html><script>alert(1)</script></html>'), /^unsupported_media_type: file: "photo.png" calls itself an image, but its content is plain text/],
    ['a PDF that is an image', 'a.pdf', () => PNG, /calls itself a PDF, but its content is an image/],
    ['a Word document that is a PDF', 'a.docx', () => aPdf(['x']), /calls itself a Word document, but its content is a PDF/],
    ['the beginning of an image', 'a.png', () => PNG.subarray(0, 40), /^invalid_input: file: the image is damaged/],
    ['an image of nothing but its first bytes', 'a.jpg', () => Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0]), /the image is damaged/],
    ['a pixel bomb', 'a.png', () => png(60_000, 60_000), /^payload_too_large: file: the image has 60000 × 60000 pixels, and at most 64 million/],
    ['an image of no size', 'a.png', () => png(0, 5), /the image is damaged/],
    ['a PDF of too many pages', 'a.pdf', () => aPdf(Array.from({ length: 11 }, () => 'x')), /^payload_too_large: file: the PDF has 11 pages, and at most 10 are read here/],
    ['half a PDF that has no pages left', 'a.pdf', async () => (await aPdf(['x'])).subarray(0, 60), /^invalid_input: file: the PDF is damaged/],
    ['a locked PDF', 'a.pdf', () => aRawPdf([...page(4), streamObject(Buffer.from('BT ET'))], encrypted), /^invalid_input: file: the PDF is locked with a password/],
    ['a PDF whose pages are their own children', 'a.pdf', () => aRawPdf(['<< /Type /Catalog /Pages 2 0 R >>', '<< /Type /Pages /Kids [2 0 R] /Count 1 >>']), /^invalid_input: file: the PDF (is damaged|takes too much)/],
    ['a Word document in a bomb', 'a.docx', () => aDocx(['x'], packedZeros(120)), /^payload_too_large: file: the Word document unpacks to more than 100 MB/],
    ['a bomb that lies about its size', 'a.docx', () => lyingSize(aDocx(['x'], packedZeros(120))), /unpacks to more than 100 MB/],
    ['a bomb in an entry more than the archive announces', 'a.docx', () => withEnd(aDocx(['x'], packedZeros(120)), (zip, end) => zip.writeUInt16LE(zip.readUInt16LE(end + 10) - 1, end + 10)), /^invalid_input: file: the Word document is damaged/],
    ['a Word document behind something else', 'a.docx', () => Buffer.concat([Buffer.from('PK\x03\x04 before it'), aDocx(['x'])]), /^invalid_input: file: the Word document is damaged/],
    ['a Word document whose directory ends before its end record', 'a.docx', () => withEnd(aDocx(['x']), (zip, end) => zip.writeUInt32LE(zip.readUInt32LE(end + 12) - 1, end + 12)), /^invalid_input: file: the Word document is damaged/],
    ['a Word document with a second directory', 'a.docx', () => withEnd(aDocx(['x']), (zip, end) => zip.writeUInt16LE(0xffff, end + 4)), /^invalid_input: file: the Word document is damaged/],
    ['another archive', 'a.zip', () => Buffer.from(zipSync({ 'a.txt': Buffer.from('a') })), /^unsupported_media_type: file: it is an archive, and no Word document/],
    ['half a Word document', 'a.docx', () => aDocx(['x'.repeat(5_000)]).subarray(0, 500), /^invalid_input: file: the Word document is damaged/],
  ])('%s', async (_what, name, make, words) => {
    const before = await rows();
    expect(await refusal(name, await make())).toMatch(words);
    expect(await rows()).toBe(before);
  });

  it('a PDF that unpacks to more than there is memory for costs its reader, and nothing else', async () => {
    // 2.5 GB of spaces, packed twice
    const once = deflateSync(Buffer.alloc(250_000_000, ' '), { level: 9 });
    const data = deflateSync(Buffer.concat(Array.from({ length: 10 }, () => once)), { level: 9 });
    const before = await rows();
    const bomb = aRawPdf([...['<< /Type /Catalog /Pages 2 0 R >>', '<< /Type /Pages /Kids [3 0 R] /Count 1 >>', '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents [4 0 R 4 0 R 4 0 R 4 0 R 4 0 R 4 0 R] /Resources << >> >>'], streamObject(data, '/Filter [/FlateDecode /FlateDecode]')]);
    expect(bomb.length).toBeLessThan(3_000_000);
    await attach('bomb.pdf', bomb).catch((error: unknown) => expect(error).toMatchObject({ kind: 'invalid_input' }));
    expect(await rows() - before).toBeLessThanOrEqual(1);
    expect((await attach('after.pdf', await aPdf(['Still here']))).pageCount).toBe(1);
  });

  it('another workspace’s conversation, and one that there is not', async () => {
    const elsewhere = await aWorkspace(database.db);
    await expect(service.attach({ ...place, workspaceId: elsewhere, name: 'a', data: Buffer.from('a') })).rejects.toMatchObject({ kind: 'not_found' });
    await expect(service.attach({ ...place, conversationId: newId(), name: 'a', data: Buffer.from('a') })).rejects.toMatchObject({ kind: 'not_found' });
    const { id } = await attach('a', 'a');
    await expect(service.open({ workspaceId: elsewhere, fileId: id })).rejects.toMatchObject({ kind: 'not_found' });
    await expect(service.open({ ...place, conversationId: newId(), fileId: id })).rejects.toMatchObject({ kind: 'not_found' });
  });

  it('a sender who leaves', async () => {
    const before = await rows();
    const gone = new AbortController();
    const slow = Readable.from((async function* () { yield Buffer.from('a'); gone.abort(); yield Buffer.from('b'); })());
    await expect(service.attach({ ...place, name: 'a', data: slow, signal: gone.signal })).rejects.toBeDefined();
    const broken = Readable.from((async function* () { yield Buffer.from('a'); throw new Error('connection reset'); })());
    await expect(attach('a', broken)).rejects.toThrow('connection reset');
    expect(await rows()).toBe(before);
  });
});

describe('limits of the reader', () => {
  it('ends what takes too long, and reads the next', async () => {
    await using hasty = Object.assign(createFileService({ db: database.db, limits: { maxBytes: 3_000_000, maxPages: 10 }, logger, reading: { timeLimitMs: 1 } }), { [Symbol.asyncDispose]: () => Promise.resolve() });
    await expect(hasty.attach({ ...place, name: 'a.pdf', data: await aPdf(['x']) })).rejects.toMatchObject({ kind: 'invalid_input', message: 'file: the PDF takes too much time or memory to read; send a simpler copy' });
    await hasty.close();
  });

  it('says that it is busy when too many wait, and lets those go that it is closed on', async () => {
    const small = createFileService({ db: database.db, limits: { maxBytes: 3_000_000, maxPages: 10 }, logger, reading: { processes: 1, maxWaiting: 1 } });
    const pdf = await aPdf(['x']);
    const outcomes = Promise.allSettled(Array.from({ length: 6 }, () => small.attach({ ...place, name: 'a.pdf', data: pdf })));
    const kinds = (await outcomes).map((outcome) => (outcome.status === 'fulfilled' ? 'kept' : (outcome.reason as AppError).kind));
    expect(kinds.filter((kind) => kind === 'kept')).toHaveLength(2);
    expect(kinds.filter((kind) => kind === 'unavailable')).toHaveLength(4);
    const last = small.attach({ ...place, name: 'a.pdf', data: pdf }).catch((error: unknown) => error);
    await small.close();
    expect(await last).toMatchObject({ kind: 'unavailable' });
  });
});

describe('bytes of any kind', () => {
  it('are kept or refused in words, never more', async () => {
    const pdf = await aPdf(['A page of words', 'And another']);
    const docx = aDocx(['Some words']);
    const seeds: [string, Buffer][] = [['a.png', PNG], ['a.gif', GIF], ['a.webp', WEBP], ['a.jpg', JPEG], ['a.txt', Buffer.from('Some text\n')]];
    const mutated = fc.tuple(fc.constantFrom(...seeds), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 }), fc.nat()).map(([[name, seed], changes, cutAt]) => {
      const data = Buffer.from(seed);
      for (const [at, value] of changes) data[at % data.length] = value;
      return { name, data: cutAt % 3 === 0 ? data.subarray(0, 1 + (cutAt % data.length)) : data };
    });
    await fc.assert(fc.asyncProperty(fc.oneof(mutated, fc.record({ name: fc.string(), data: fc.uint8Array({ minLength: 1, maxLength: 300 }).map((bytes) => Buffer.from(bytes)) })), async ({ name, data }) => {
      const outcome = await attach(name, data).then(({ kind }) => kind, (error: unknown) => error);
      if (typeof outcome !== 'string') expect(outcome).toMatchObject({ kind: expect.stringMatching(/^(invalid_input|unsupported_media_type|payload_too_large)$/), message: expect.stringMatching(/^file: /) });
    }), { numRuns: 60 });
    await fc.assert(fc.asyncProperty(fc.constantFrom(pdf, docx), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 12 }), async (seed, changes) => {
      const data = Buffer.from(seed);
      for (const [at, value] of changes) data[at % data.length] = value;
      const outcome = await attach('a', data).then(({ kind }) => kind, (error: unknown) => error);
      if (typeof outcome !== 'string') expect(outcome).toMatchObject({ message: expect.stringMatching(/^file: /) });
    }), { numRuns: 12 });
  });
});
