/** A process of ours whose start fails in the database driver. */
import pino from 'pino';
import { surviveDriverFaults } from '@/server/platform/db/survive-driver-faults';

surviveDriverFaults(pino({ level: 'silent' }));
setInterval(() => {}, 1_000); // something else keeps it alive
const refused = new Error('connect ECONNREFUSED');
refused.stack = `${String(refused)}\n    at connect (file:///app/node_modules/postgres/src/connection.js:1:1)`;
await Promise.reject(refused);
