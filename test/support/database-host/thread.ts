import { once } from 'node:events';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { startEmbeddedServer } from '@/server/platform/db/embedded/embedded-server';
import type { ThreadData, ThreadMessage } from './database-thread';
import { writeFolder } from './folder-image';

/**
 * What the threads of the test database host run: one embedded server after another, each on a new folder. The next one is
 * started when the last one has been dropped, so that it is there when somebody asks.
 */
const { template, folder } = workerData as ThreadData;
const port = parentPort!;
const tell = (message: ThreadMessage) => port.postMessage(message);

/** Postgres clears its buffers when it starts, which for the usual 128 MB takes longer than all the rest. */
const SETTINGS = '\nshared_buffers = 16MB\n';

for (;;) {
  const dataDir = mkdtempSync(join(folder, 'database-'));
  writeFolder(template, dataDir);
  appendFileSync(join(dataDir, 'database/data/postgresql.conf'), SETTINGS);
  const server = await startEmbeddedServer({
    folder: join(dataDir, 'database'),
    password: 'for tests',
    onFatal: (error) => {
      console.error(error);
      process.exit(70); // ends this thread, and with it whatever is connected, as the db process would
    },
  });
  tell({ what: 'ready', url: server.url });
  await once(port, 'message'); // the database is to be dropped
  await server.close();
  rmSync(dataDir, { recursive: true });
  tell({ what: 'dropped', url: server.url });
}
