import { Counter, Gauge, type Registry } from 'prom-client';
import type { ErrorKind } from '../platform/errors';
import type { FileKind } from './tables';

export interface FileMetrics {
  kept(kind: FileKind, sizeBytes: number): void;
  refused(kind: ErrorKind): void;
}

export const NO_METRICS: FileMetrics = { kept: () => {}, refused: () => {} };

/** Neither names nor sizes of single files: what comes in, what is refused, and whether reading keeps up. */
export function fileMetrics(registry: Registry, reader: { stats(): { reading: number; waiting: number } }): FileMetrics {
  const kept = new Counter({ name: 'parley_files_kept_total', help: 'Files that were attached to conversations, by kind', labelNames: ['kind'], registers: [registry] });
  const bytes = new Counter({ name: 'parley_files_kept_bytes_total', help: 'Bytes of the files that were attached to conversations', registers: [registry] });
  const refused = new Counter({ name: 'parley_files_refused_total', help: 'Files that were not taken, by the kind of the error', labelNames: ['reason'], registers: [registry] });
  new Gauge({
    name: 'parley_files_reading', help: 'PDF and Word files that are read or wait for it', labelNames: ['state'], registers: [registry],
    collect() {
      const { reading, waiting } = reader.stats();
      this.set({ state: 'reading' }, reading);
      this.set({ state: 'waiting' }, waiting);
    },
  });
  return {
    kept: (kind, sizeBytes) => { kept.inc({ kind }); bytes.inc(sizeBytes); },
    refused: (reason) => refused.inc({ reason }),
  };
}
