import type { Database } from './client';

interface Statement<Row> {
  execute(values: Record<string, unknown>): Promise<Row[]>;
}

/**
 * A query that is asked all day. It is put together once for each pool and parsed once on each connection, where any other
 * is put together and parsed at each call, which takes a second round trip. What varies stands in placeholders.
 */
export function prepared<Row, Values extends Record<string, unknown>>(build: (db: Database) => Statement<Row>): (db: Database, values: Values) => Promise<Row[]> {
  const statements = new WeakMap<object, Statement<Row>>();
  return (db, values) => {
    const owner = (db as { $client?: object }).$client ?? db; // a pool that was replaced takes its statements along; a transaction has its own
    let statement = statements.get(owner);
    if (!statement) statements.set(owner, statement = build(db));
    return statement.execute(values);
  };
}
