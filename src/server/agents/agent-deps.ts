import type { Principal } from '../auth/principal';
import type { Database } from '../platform/db/client';
import type { ToolRegistry } from '../tools';
import type { Catalog } from './providers/catalog';

/** What the use cases that change agents need. */
export interface AgentDeps {
  db: Database;
  principal: Principal;
  catalog: Catalog;
  tools: Pick<ToolRegistry, 'find' | 'all'>;
  /** `vendor/model` of agents that name none. */
  defaultModel: string;
  bareIsOpenAi: boolean;
  installed: { stt: string; tts: string };
}
