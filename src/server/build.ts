/** `npm run build`: bundles every Node process into dist/ and builds the console. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { sourceDigest, stampFile } from './supervisor/build-stamp';
import { NODE_ENTRIES } from './supervisor/entries';

const root = fileURLToPath(new URL('../..', import.meta.url));

async function bundleProcesses(): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(Object.entries(NODE_ENTRIES).map(([name, file]) => [name, file])),
    outdir: 'dist',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    packages: 'external',
    sourcemap: true,
    logLevel: 'warning',
  });
}

function buildConsole(): Promise<void> {
  const child = spawn(process.execPath, [join(root, 'node_modules/next/dist/bin/next'), 'build'], {
    cwd: root,
    env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', (line) => { if (line.trim()) console.log(`  ${line}`); });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`next build ended with ${code}`))));
  });
}

const startedAt = performance.now();
const digest = sourceDigest(root);
console.log('building the processes …');
await bundleProcesses();
console.log('building the console (about a minute the first time) …');
await buildConsole();
writeFileSync(stampFile(root), digest);
console.log(`built in ${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
