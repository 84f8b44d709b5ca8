import { ExternalAgent } from './conversations/external-agent';
import { databaseStore } from './conversations/database-store';
import { runTurn, type RunTurnInput } from './conversations/run-turn';
import type { ConversationStore } from './conversations/store';
import type { TurnEvent } from './conversations/turn-events';
import type { TurnLimits } from './conversations/turn-timeouts';
import { createModels, type Models, type Scripts } from './llm';
import { systemClock, type Clock } from './platform/clock';
import type { Config } from './platform/config';
import type { Database } from './platform/db/client';
import type { Logger } from './platform/logger';
import { calcTool, createToolRunner, datetimeTool, type ToolRegistry } from './tools';

export interface BrainOptions {
  db: Database;
  config: Pick<Config, 'ai' | 'gateway'>;
  logger: Logger;
  clock?: Clock;
  /** For `scripted/NAME`, in place of the file that PARLEY_SCRIPT names. */
  scripts?: Scripts;
  limits?: Partial<TurnLimits>;
}

export interface Brain {
  runTurn(input: RunTurnInput): AsyncGenerator<TurnEvent>;
  readonly tools: ToolRegistry;
  readonly models: Models;
  /** Writes through; live sessions bring a store of their own. */
  readonly store: ConversationStore;
  /** STENTOR_AGENT_URL's agent; the gateway's default agent uses it by the model `external/agent`. */
  readonly externalAgent: ExternalAgent | null;
  /** Throws what a turn of an agent with this model (null: the default) would throw before it begins. Costs no model request. */
  check(model?: string | null, signal?: AbortSignal): Promise<void>;
}

/** Where the brain's parts are joined: models, tools, history. */
export function createBrain({ db, config, logger, clock = systemClock, scripts, limits }: BrainOptions): Brain {
  const externalAgent = config.gateway.agentUrl === undefined ? null : new ExternalAgent({ url: config.gateway.agentUrl });
  const models = createModels({ ai: config.ai, scripts, external: externalAgent?.languageModel });
  const tools = createToolRunner([datetimeTool(clock), calcTool], { logger });
  const deps = { models, tools, clock, logger, ...(limits === undefined ? {} : { limits }) };
  return {
    runTurn: (input) => runTurn(input, deps),
    tools,
    models,
    store: databaseStore(db),
    externalAgent,
    async check(model = null, signal) {
      const { provider } = models.choose(model);
      if (provider === 'external') await externalAgent?.check(signal);
    },
  };
}
