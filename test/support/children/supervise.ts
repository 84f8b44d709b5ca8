/** `npm start` of the product in the folder that the first argument names. */
import { Supervisor } from '@/server/supervisor/supervisor';

await new Supervisor({ root: process.argv[2]!, dev: false, environment: process.env }).run();
