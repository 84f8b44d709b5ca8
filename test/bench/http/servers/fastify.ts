import Fastify from 'fastify';
import { findAgents } from '@/server/agents/queries';
import { openDatabase } from '@/server/platform/db/client';
import { databaseUrl, POOL, port, workspaceId } from './settings';

/** The rows and nothing else: no credentials, no schema, no log. */
const { db } = openDatabase(databaseUrl, { name: 'bench', pool: POOL });
const app = Fastify();
app.get('/api/agents', () => findAgents(db, { workspaceId, skip: 0, limit: 100 }));
await app.listen({ host: '127.0.0.1', port });
