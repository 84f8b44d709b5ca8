/** Every Node process and worker thread of the product, by the name of its bundle in dist/. */
export const NODE_ENTRIES = {
  db: 'src/server/platform/db/embedded/main.ts',
  speech: 'src/server/speech/main.ts',
  'speech-worker': 'src/server/speech/worker.ts',
  'file-reader': 'src/server/files/reading/worker.ts',
  realtime: 'src/realtime/main.ts',
  'media-worker': 'src/realtime/transport/rtp/media-worker.ts',
  web: 'src/server/http/main.ts',
  worker: 'src/server/worker/main.ts',
} as const;
