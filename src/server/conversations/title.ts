import { sql, type SQL, type SQLWrapper } from 'drizzle-orm';

/** The first message is kept in full as title; a list must not carry hundreds of speeches out of the database. */
export const TITLE_CHARACTERS = 200;

export const shortTitle = (title: SQLWrapper): SQL<string | null> => sql<string | null>`left(${title}, ${sql.raw(String(TITLE_CHARACTERS))})`;

const BRANCH = /^(.*) \(branch(?: (\d+))?\)$/s;

/** A branch must not be taken for what it came from: `Doors (branch)`, and of that one `Doors (branch 2)`. Without a title it gets its own with its first words. */
export function branchTitle(title: string | null): string | null {
  if (title === null) return null;
  const [, name = title, number = '1'] = BRANCH.exec(title) ?? [];
  const mark = name === title ? ' (branch)' : ` (branch ${Number(number) + 1})`;
  return [...name].slice(0, TITLE_CHARACTERS - mark.length).join('') + mark;
}
