import { seededRandom } from './random';

type Change = { kind: 'set'; id: number; value: string } | { kind: 'delete'; id: number } | { kind: 'truncate' };

/**
 * Transaction number `n` of a seed: the SQL, and what it does to the table `kv`. Each also writes its number into `ledger`,
 * so that a recovered database says which transactions it has. Checkpoints, VACUUM FULL, REINDEX and DDL are among them,
 * because they write and rename files in ways that rows do not.
 */
export function transaction(seed: number, n: number): { statements: string[]; changes: Change[] } {
  const random = seededRandom(seed * 100_003 + n * 31);
  const kind = random();
  const ledger = `UPDATE ledger SET n = ${n}`;
  const alone = (...after: string[]) => ({ statements: [`BEGIN; ${ledger}; COMMIT`, ...after], changes: [] });
  if (kind < 0.06) return alone('CHECKPOINT');
  if (kind < 0.08)
    return { statements: [`BEGIN; CREATE TABLE made${n} AS SELECT g, md5(g::text) FROM generate_series(1, 200) g; DROP TABLE IF EXISTS made; ALTER TABLE made${n} RENAME TO made; ${ledger}; COMMIT`], changes: [] };
  if (kind < 0.09) return alone('VACUUM FULL kv');
  if (kind < 0.1) return alone('VACUUM kv', 'REINDEX TABLE kv');
  if (kind < 0.105) return alone('VACUUM FULL pg_class');
  if (kind < 0.107) return { statements: [`BEGIN; TRUNCATE kv; ${ledger}; COMMIT`], changes: [{ kind: 'truncate' }] };

  const changes: Change[] = Array.from({ length: 1 + Math.floor(random() * 8) }, (_, index) => {
    const id = 1 + Math.floor(random() * 600);
    return random() < 0.2 ? { kind: 'delete', id } : { kind: 'set', id, value: `${n}_${index}_${'x'.repeat(Math.floor(random() * 700))}` };
  });
  const sql = changes.map((change) => {
    if (change.kind === 'delete') return `DELETE FROM kv WHERE id = ${change.id}`;
    return change.kind === 'set' ? `INSERT INTO kv VALUES (${change.id}, '${change.value}') ON CONFLICT (id) DO UPDATE SET v = excluded.v` : 'TRUNCATE kv';
  });
  return { statements: [`BEGIN; ${sql.join('; ')}; ${ledger}; COMMIT`], changes };
}

/** What `kv` holds after the first `count` transactions. */
export function contentAfter(seed: number, count: number): Map<number, string> {
  const rows = new Map<number, string>();
  for (let n = 1; n <= count; n++)
    for (const change of transaction(seed, n).changes)
      if (change.kind === 'set') rows.set(change.id, change.value);
      else if (change.kind === 'delete') rows.delete(change.id);
      else rows.clear();
  return rows;
}
