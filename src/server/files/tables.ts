import { boolean, customType, index, integer, pgTable, primaryKey, text, timestamp, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { conversations } from '../conversations/tables';
import { workspaces } from '../workspaces/tables';

export const FILE_KINDS = ['pdf', 'docx', 'image', 'text', 'markdown', 'csv'] as const;
export type FileKind = (typeof FILE_KINDS)[number];

export const FILE_STATES = ['processing', 'ready'] as const;
/** Until all of its bytes are there it is in nobody's sight; what cannot be read leaves no row. */
export type FileState = (typeof FILE_STATES)[number];

const bytea = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => 'bytea' });

/** What was attached to a conversation. It is kept under its id: the client's name for it is shown and nothing else. */
export const files = pgTable('files', {
  id: uuid().primaryKey(),
  workspaceId: uuid('workspace_id').notNull().references(() => workspaces.id, { onDelete: 'cascade' }),
  conversationId: uuid('conversation_id').notNull().references(() => conversations.id, { onDelete: 'cascade' }),
  /** Position among the conversation's files, from 0: the file_index of 002. */
  fileIndex: integer('file_index').notNull(),
  name: text().notNull(),
  kind: text().$type<FileKind>().notNull(),
  /** By its bytes, whatever the client said. */
  mediaType: text('media_type').notNull(),
  sizeBytes: integer('size_bytes').notNull(),
  sha256: text().notNull(),
  /** Of what has pages. */
  pageCount: integer('page_count'),
  /** What the model reads; pages are parted by form feeds. Null for images. */
  extractedText: text('extracted_text'),
  /** The file goes on where the text ends. */
  textCut: boolean('text_cut').notNull().default(false),
  state: text().$type<FileState>().notNull().default('processing'),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
}, (table) => [
  uniqueIndex('files_index_key').on(table.conversationId, table.fileIndex),
  index('files_workspace_idx').on(table.workspaceId, table.createdAt),
]);

/** The bytes, in pieces small enough for the embedded database's memory. In the database, so that every node has them and one backup has all. */
export const fileChunks = pgTable('file_chunks', {
  fileId: uuid('file_id').notNull().references(() => files.id, { onDelete: 'cascade' }),
  position: integer().notNull(),
  bytes: bytea().notNull(),
}, (table) => [primaryKey({ columns: [table.fileId, table.position] })]);
