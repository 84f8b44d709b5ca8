/** `npm start`: builds what is missing, starts every process, and stops them in an order that loses nothing. */
import { fileURLToPath } from 'node:url';
import { Supervisor } from './supervisor/supervisor';

const root = fileURLToPath(new URL('../..', import.meta.url));
process.chdir(root); // paths such as ./data are relative to Parley, wherever npm was called from
await new Supervisor({ root, dev: process.argv.includes('--dev'), environment: process.env }).run();
