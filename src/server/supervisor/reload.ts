import { watch } from 'node:fs';
import { join } from 'node:path';

const OWNERS: [RegExp, string[]][] = [
  [/^app\//, []], // Next reloads pages by itself
  [/^realtime\//, ['realtime']],
  [/^server\/speech\//, ['speech']],
  [/^server\/worker\//, ['worker']],
  [/^server\/http\//, ['web', 'realtime']],
  [/^server\/platform\/db\/embedded\//, ['db']],
  [/^server\//, ['web', 'realtime', 'worker']],
];

/** Development: calls `restart` with the processes that run a file that changed. */
export function watchSources(root: string, restart: (names: string[]) => void): { close(): void } {
  const pending = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const watcher = watch(join(root, 'src'), { recursive: true }, (_event, file) => {
    if (!file || !/\.tsx?$/.test(file)) return;
    const path = file.replaceAll('\\', '/');
    for (const name of OWNERS.find(([pattern]) => pattern.test(path))?.[1] ?? []) pending.add(name);
    clearTimeout(timer);
    timer = setTimeout(() => { // editors save in several steps
      if (pending.size > 0) restart([...pending]);
      pending.clear();
    }, 150);
  });
  return { close: () => { clearTimeout(timer); watcher.close(); } };
}
