import { asc } from 'drizzle-orm';
import { BudgetGuard } from './budgets';
import { ExternalAgent } from './conversations/external-agent';
import { databaseStore } from './conversations/database-store';
import { runTurn, type RunTurnInput } from './conversations/run-turn';
import type { ConversationStore } from './conversations/store';
import type { TurnEvent } from './conversations/turn-events';
import type { TurnLimits } from './conversations/turn-timeouts';
import { promptFiles } from './files';
import { createModels, type Models, type Scripts } from './llm';
import { systemClock, type Clock } from './platform/clock';
import type { Config } from './platform/config';
import type { Database } from './platform/db/client';
import type { Logger } from './platform/logger';
import { WorkspaceKeys } from './provider-keys';
import { SecretBox } from './secrets';
import { calcTool, createToolRunner, datetimeTool, type ToolRegistry } from './tools';
import { workspaces } from './workspaces/tables';

export interface BrainOptions {
  db: Database;
  config: Pick<Config, 'ai' | 'gateway' | 'secrets'>;
  logger: Logger;
  clock?: Clock;
  /** For `scripted/NAME`, in place of the file that PARLEY_SCRIPT names. */
  scripts?: Scripts;
  limits?: Partial<TurnLimits>;
  /** Of live audio, which waits for no look at the budgets, and for files only a moment. */
  live?: boolean;
}

export interface Brain {
  runTurn(input: RunTurnInput): AsyncGenerator<TurnEvent>;
  readonly tools: ToolRegistry;
  readonly models: Models;
  /** What the workspaces keep in the console; goes before the environment. */
  readonly providerKeys: WorkspaceKeys;
  readonly secretBox: SecretBox;
  readonly budgets: BudgetGuard;
  /** `vendor/model` of a workspace's agents that name none. */
  defaultModelOf(workspaceId: string): Promise<string>;
  /** Writes through; live sessions bring a store of their own. */
  readonly store: ConversationStore;
  /** STENTOR_AGENT_URL's agent; the gateway's default agent uses it by the model `external/agent`. */
  readonly externalAgent: ExternalAgent | null;
  /** Throws what a turn of an agent with this model (null: the default) would throw before it begins. Costs no model request. */
  check(model?: string | null, signal?: AbortSignal): Promise<void>;
}

/** A sentence of the caller is answered within a second; reading what was attached may have this much of it. */
const LIVE_FILES_MS = 150;

/** Where the brain's parts are joined: models, tools, history. */
export function createBrain({ db, config, logger, clock = systemClock, scripts, limits, live = false }: BrainOptions): Brain {
  const externalAgent = config.gateway.agentUrl === undefined ? null : new ExternalAgent({ url: config.gateway.agentUrl });
  const models = createModels({ ai: config.ai, scripts, external: externalAgent?.languageModel });
  const tools = createToolRunner([datetimeTool(clock), calcTool], { logger });
  const secretBox = new SecretBox(config.secrets);
  const providerKeys = new WorkspaceKeys({ db, box: secretBox, clock, logger });
  const budgets = new BudgetGuard({ db, clock, logger, waits: !live });
  const deps = { models, providerKeys, tools, files: promptFiles(db, live ? { within: { ms: LIVE_FILES_MS, logger } } : {}), clock, logger, budgets, ...(limits === undefined ? {} : { limits }) };
  return {
    runTurn: (input) => runTurn(input, deps),
    tools,
    models,
    providerKeys,
    secretBox,
    budgets,
    defaultModelOf: async (workspaceId) => models.defaultModel(await providerKeys.of(workspaceId)),
    store: databaseStore(db),
    externalAgent,
    async check(model = null, signal) {
      const { provider } = await choose(model);
      if (provider === 'external') await externalAgent?.check(signal);
    },
  };

  /** With the keys of the first workspace, whose agent answers where nobody is named, if the environment's do not do. */
  async function choose(model: string | null) {
    try {
      return models.choose(model);
    } catch (error) {
      const workspaceId = await firstWorkspace(db).catch(() => undefined);
      if (workspaceId === undefined) throw error;
      return models.choose(model, await providerKeys.of(workspaceId));
    }
  }
}

async function firstWorkspace(db: Database): Promise<string | undefined> {
  const [row] = await db.select({ id: workspaces.id }).from(workspaces).orderBy(asc(workspaces.createdAt)).limit(1);
  return row?.id;
}
