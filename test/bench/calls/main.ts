/**
 * `npm run bench:calls [media|speech|sequence] [levels] [seconds]`: calls with media both ways, calls with offline speech,
 * calls one after another. Figures are of this machine, whatever else it does.
 */
import { cpus, loadavg } from 'node:os';
import { measureMedia } from './media';
import { measureOneAfterAnother } from './one-after-another';
import { measureSpeech } from './speech';

const [part = 'all', levels = '1,10,50,100,200', seconds = '20'] = process.argv.slice(2); // levels and seconds are those of media
const wants = (name: string) => part === 'all' || part === name;
console.log(`${cpus().length} cores, load before ${loadavg()[0]!.toFixed(1)}, Node ${process.version}`);

if (wants('media')) {
  const rows = [];
  for (const calls of levels.split(',').map(Number)) rows.push(await measureMedia(calls, Number(seconds)));
  console.log('\nCalls with media both ways (to reach with 200: ≤ 50 % of a core, pacing p99 ≤ 5 ms, nothing lost)');
  console.table(rows);
}
if (wants('speech')) await measureSpeech();
if (wants('sequence')) {
  console.log('\nCalls one after another, and what is left of them 35 s later');
  console.table(await measureOneAfterAnother(300));
}
process.exit(0);
