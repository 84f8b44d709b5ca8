import Fastify from 'fastify';
import { listAgents } from '@/server/agents/queries';
import { openDatabase } from '@/server/platform/db/client';
import { databaseUrl, POOL, port, workspaceId } from './settings';

/** The rows and nothing else: no credentials, no schema, no log. */
const { db } = openDatabase(databaseUrl, { name: 'bench', pool: POOL });
const app = Fastify();
app.get('/api/agents', () => listAgents(db, { workspaceId, skip: 0, limit: 100, boundTo: null, seesAll: true, userId: null }));
await app.listen({ host: '127.0.0.1', port });
