import { collectDefaultMetrics, Registry } from 'prom-client';

/** A registry with Node's own figures, labelled with the process so that several can stand in one answer. */
export function createMetrics(processName: string): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, labels: { process: processName } });
  return registry;
}

interface Family { head: string[]; samples: string[] }

/** The family a sample belongs to: histograms and summaries write their name with a suffix. */
function familyOf(sample: string, families: Map<string, Family>): string {
  const name = /^[^\s{]+/.exec(sample)?.[0] ?? '';
  if (families.has(name)) return name;
  const base = name.replace(/_(bucket|sum|count)$/, '');
  return families.has(base) ? base : name;
}

/** Several expositions as one. A family's HELP and TYPE may stand there once only, with all its samples beneath. */
export function mergeMetrics(...texts: string[]): string {
  const families = new Map<string, Family>();
  const family = (name: string) => families.get(name) ?? families.set(name, { head: [], samples: [] }).get(name)!;
  for (const line of texts.flatMap((text) => text.split('\n'))) {
    const head = /^# (HELP|TYPE) (\S+)/.exec(line);
    if (head) {
      const { head: lines } = family(head[2]!);
      if (!lines.some((known) => known.startsWith(`# ${head[1]} `))) lines.push(line);
    } else if (line !== '' && !line.startsWith('#')) {
      family(familyOf(line, families)).samples.push(line);
    }
  }
  return `${[...families.values()].map(({ head, samples }) => [...head, ...samples].join('\n')).join('\n\n')}\n`;
}
