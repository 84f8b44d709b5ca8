import { sql, type SQL, type SQLWrapper } from 'drizzle-orm';

/** The first message is kept in full as title; a list must not carry hundreds of speeches out of the database. */
export const TITLE_CHARACTERS = 200;

export const shortTitle = (title: SQLWrapper): SQL<string | null> => sql<string | null>`left(${title}, ${sql.raw(String(TITLE_CHARACTERS))})`;
