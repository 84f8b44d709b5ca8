// A child as the supervisor expects it: says ready, drains when told, does what its environment says.
import { appendFileSync, existsSync } from 'node:fs';
const note = (text) => process.env.NOTES && appendFileSync(process.env.NOTES, `${text}\n`);
note(`start ${process.env.PORT_WANTED ?? ''}`);
if (process.env.MEND) { process.send({ type: 'fatal', name: 'x', message: process.env.MEND }); setTimeout(() => process.exit(78), 20); }
else if (process.env.NEVER_READY) process.exit(3);
else process.send({ type: 'ready', name: 'x', url: process.env.URL_SAID });
process.on('message', (message) => { if (message.type === 'drain' && !process.env.STUBBORN) { note('drain'); process.exit(0); } });
process.on('disconnect', () => { note('orphaned'); process.exit(0); });
setInterval(() => { if (process.env.CRASH_FILE && existsSync(process.env.CRASH_FILE)) process.exit(1); }, 10);
