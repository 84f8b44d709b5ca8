import { buildServer } from '@/server/http/server';
import { createMetrics } from '@/server/platform/metrics';
import { productServices } from './product';
import { port } from './settings';

const app = await buildServer({
  ...productServices(), registry: createMetrics('web'), realtimeMetrics: () => Promise.resolve(''),
  page: () => Promise.reject(new Error('no pages here')), closing: new AbortController().signal,
});
await app.listen({ host: '127.0.0.1', port });
process.once('SIGTERM', () => process.exit(0)); // so that a profile is written
