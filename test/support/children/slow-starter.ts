/** A process of ours that is still starting when its supervisor dies: it listens for the end only afterwards. */
import { setTimeout as sleep } from 'node:timers/promises';
import { onDrain } from '@/server/platform/child-process';

await sleep(500);
onDrain(async () => {});
setInterval(() => {}, 1_000); // it would live for ever
