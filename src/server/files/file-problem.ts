import { AppError } from '../platform/errors';

/** Why a file was not taken, in words for the person who sent it. */
const megabytes = (bytes: number) => `${Math.round(bytes / 100_000) / 10} MB`;

const KINDS_IN_WORDS = 'PDF, Word (.docx), PNG, JPEG, WebP or GIF images, plain text, Markdown and CSV';

export const fileProblem = {
  empty: () => new AppError('invalid_input', 'file: the file is empty'),
  tooLarge: (maxBytes: number) => new AppError('payload_too_large', `file: the file is larger than ${megabytes(maxBytes)}, which is as much as is taken here`),
  unknownType: (what = 'its content is of no kind that can be read here') => new AppError('unsupported_media_type', `file: ${what}; send ${KINDS_IN_WORDS}`),
  lies: (name: string, claimed: string, found: string) => new AppError('unsupported_media_type', `file: "${name}" calls itself ${claimed}, but its content is ${found}; send it under its true name`),
  damaged: (what: string, cause?: unknown) => new AppError('invalid_input', `file: the ${what} is damaged and cannot be read; open it, save it again and send the new copy`, { cause }),
  encrypted: (what: string) => new AppError('invalid_input', `file: the ${what} is locked with a password; save a copy without one and send that`),
  tooManyPages: (pages: number, maxPages: number) => new AppError('payload_too_large', `file: the PDF has ${pages} pages, and at most ${maxPages} are read here; send the part that matters`),
  tooDemanding: (what: string) => new AppError('invalid_input', `file: the ${what} takes too much time or memory to read; send a simpler copy`),
  unpacksTooLarge: (maxBytes: number) => new AppError('payload_too_large', `file: the Word document unpacks to more than ${megabytes(maxBytes)}`),
  tooManyPixels: (width: number, height: number, mostPixels: number) => new AppError('payload_too_large', `file: the image has ${width} × ${height} pixels, and at most ${Math.round(mostPixels / 1_000_000)} million are taken; send a smaller copy`),
  tooMany: (most: number) => new AppError('invalid_input', `file: this conversation already has ${most} files; begin another one`),
  busy: () => new AppError('unavailable', 'Too many files are being read just now; try again in a moment', { retryAfterSeconds: 5 }),
  sent: () => new AppError('conflict', 'A message names this file; it goes when its conversation is deleted'),
  notFound: (id: string) => new AppError('not_found', `File ${id} not found`),
};
