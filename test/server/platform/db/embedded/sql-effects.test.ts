import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { effectsOf } from '@/server/platform/db/embedded/sql-effects';
import { outlineOf } from '@/server/platform/db/embedded/sql-outline';

describe('outlineOf', () => {
  test.each([
    ["SELECT 'a;b', 1", 'SELECT      , 1'],
    ["SELECT 'it''s', 1", 'SELECT        , 1'],
    ["SELECT E'it\\'s', 1", 'SELECT E       , 1'],
    ['SELECT "a\'b", 1', 'SELECT "a\'b", 1'],
    ['SELECT 1 -- x;\n, 2', 'SELECT 1       , 2'],
    ['SELECT /* a /* b */ c */ 1', 'SELECT                   1'],
    ['DO $x$ SET a $$ $x$; SELECT 1', 'DO                 ; SELECT 1'],
    ["SELECT 'open", 'SELECT      '],
  ])('blanks what is not code in %j', (sql, outline) => {
    expect(outlineOf(sql)).toBe(outline);
  });

  test('moves nothing, whatever it is given', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom("'", '"', '$', '-', '/', '*', '\\', 'E', 'a', '\n', ';') }), (sql) => {
      expect(outlineOf(sql)).toHaveLength(sql.length);
    }));
  });
});

describe('effectsOf', () => {
  test.each([
    ['UPDATE t SET a = 1', { settings: false }],
    ['SET search_path = a', { settings: true }],
    ['/* why */ SET search_path = a', { settings: true }],
    ['SELECT 1; reset all', { settings: true }],
    ['SET LOCAL search_path = a', { settings: false }],
    ['SET TRANSACTION READ ONLY', { settings: false }],
    ["SELECT set_config('app.user', 'x', false)", { settings: true, customNames: ['app.user'] }],
    ["DO $$ BEGIN SET search_path = a; END $$", { settings: true }],
    ["SELECT 'set a = 1; listen x'", { settings: false, listens: [] }],
    ['LISTEN Jobs; LISTEN "Two ""words"""; UNLISTEN *', { listens: [{ on: true, channel: 'jobs' }, { on: true, channel: 'Two "words"' }, { on: false, channel: '*' }] }],
    ['CREATE TEMP TABLE t (n int)', { temp: true }],
    ['DISCARD ALL;', { discardAll: 'DISCARD ALL' }],
    ['DEALLOCATE PREPARE ALL', { discardAll: 'DEALLOCATE ALL' }],
    ['DEALLOCATE one', { discardAll: null }],
    ['SELECT pg_advisory_xact_lock(1)', { refusal: null }],
    ['SELECT pg_try_advisory_lock(1)', { refusal: expect.stringContaining('pg_advisory_xact_lock') }],
    ["INSERT INTO t VALUES ('pg_advisory_lock(1)')", { refusal: null }],
    ['COPY t TO STDOUT', { copyIn: null }],
    ['COPY t FROM STDIN; COPY t FROM STDIN', { refusal: expect.stringContaining('one COPY') }],
  ])('knows what %j may do', (sql, expected) => {
    expect(effectsOf(sql)).toMatchObject(expected);
  });

  test('tells where FROM STDIN stands', () => {
    const sql = "COPY (t) /* from stdin */ FROM  STDIN WITH (NULL 'from stdin')";
    const { copyIn } = effectsOf(sql);

    expect(sql.slice(copyIn?.from, copyIn?.to)).toBe('FROM  STDIN');
  });
});
