/** The process in which one PDF or Word document of a stranger is read. It knows no secret, and ends when it has answered. */
import { readSync } from 'node:fs';
import { FILE_DESCRIPTOR, UnreadableError, type ReadJob, type ReadResult } from './job';
import { readDocx } from './read-docx';
import { readPdf } from './read-pdf';
import { watchOver } from './watch-over';

export interface ReaderTask extends ReadJob {
  maxMemoryBytes: number;
  timeLimitMs: number;
}

process.once('message', (task: ReaderTask) => {
  watchOver(task);
  void read(task).then((result) => process.send?.(result, () => process.exit(0)));
});

async function read(task: ReaderTask): Promise<ReadResult> {
  try {
    const data = wholeFile(task.sizeBytes);
    return { read: task.kind === 'pdf' ? await readPdf(new Uint8Array(data), task) : await readDocx(data, task) };
  } catch (error) {
    return { unreadable: error instanceof UnreadableError ? error.unreadable : { reason: 'damaged', message: error instanceof Error ? `${error.name}: ${error.message}` : 'unknown' } };
  }
}

function wholeFile(sizeBytes: number): Buffer {
  const data = Buffer.alloc(sizeBytes);
  for (let at = 0; at < sizeBytes;) {
    const read = readSync(FILE_DESCRIPTOR, data, at, sizeBytes - at, at);
    if (read === 0) throw new Error('The file is shorter than it was');
    at += read;
  }
  return data;
}
