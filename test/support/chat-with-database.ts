import type { ScriptInput } from '@/server/llm';
import { startTestChat, type TestChat, type TestChatOptions } from './chat';
import { createTestDatabase, type TestDatabase } from './database';

export interface ChatWithDatabase extends TestChat {
  database: TestDatabase;
}

/** The engine over a database of its own, for a file of tests. */
export async function startChatWithDatabase(scripts: Record<string, ScriptInput>, options?: TestChatOptions): Promise<ChatWithDatabase> {
  const database = await createTestDatabase();
  const chat = await startTestChat(database.db, scripts, options);
  return {
    ...chat, database,
    async [Symbol.asyncDispose]() {
      await chat[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}
