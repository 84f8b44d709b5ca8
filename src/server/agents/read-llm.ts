import { parseModelId } from '../llm';
import { AppError, invalidField } from '../platform/errors';
import type { CreateAgentInput } from './contract';
import { mergeSettings } from './merge-settings';
import { agreed, contradiction, readConfig, type Claim } from './provider-claims';
import type { Catalog } from './providers/catalog';
import { checkSetting } from './providers/check-config';

export interface StoredLlm {
  /** `vendor/model`; null is the workspace's default. */
  model: string | null;
  config: Record<string, unknown>;
}

type Said = Pick<CreateAgentInput, 'model' | 'llm_provider' | 'llm_model' | 'llm_config'>;

export interface LlmContext {
  catalog: Catalog;
  defaultModel: string;
  /** With an OpenAI-compatible server configured, a bare name is that server's. */
  bareIsOpenAi: boolean;
}

export function splitModel(model: string): { provider: string; model: string } {
  const slash = model.indexOf('/');
  return slash < 0 ? { provider: 'builtin', model } : { provider: model.slice(0, slash), model: model.slice(slash + 1) };
}

/**
 * The model and its settings after what was said of them in any spelling: flat (`llm_provider`, `llm_model`), nested
 * (`llm_config`), or `model: "vendor/model"`. Another provider starts with its own default model and without the old
 * one's settings, except where the request says otherwise.
 */
export function readLlm(said: Said, stored: StoredLlm | null, context: LlmContext): StoredLlm {
  const { catalog } = context;
  const nested = readConfig('llm_config', said.llm_config);
  const { model: nestedModel, ...settings } = nested.config ?? {};
  if (nestedModel !== undefined && nestedModel !== null && (typeof nestedModel !== 'string' || nestedModel.trim() === '' || nestedModel.length > 200)) throw invalidField(`${nested.path}.model`, 'must be a model’s name');
  const now = splitModel(stored?.model ?? context.defaultModel);
  const id = (field: string, name: string) => catalog.get('llm', name, field).value;

  const providers: Claim<string | null>[] = [];
  const models: Claim<string | null>[] = [];
  // At creation null is the same as nothing; later it means: back to the workspace's default.
  const say = (list: Claim<string | null>[], field: string, value: string | null | undefined) => { if (value !== undefined && (stored || value !== null)) list.push({ field, value }); };
  say(providers, 'llm_provider', said.llm_provider && id('llm_provider', said.llm_provider));
  say(providers, 'llm_config.provider', nested.provider && id('llm_config.provider', nested.provider));
  say(models, 'llm_model', said.llm_model);
  say(models, `${nested.path}.model`, nestedModel as string | null | undefined);
  const provider = agreed(providers, stored ? now.provider : undefined);
  const modelSaid = agreed(models, stored ? now.model : undefined);

  const whole = said.model ? parseWhole('model', said.model, context) : null;
  const wholeId = whole ? `${whole.provider}/${whole.model}` : said.model === null ? null : undefined;
  let target: string | null;
  if (wholeId !== undefined && wholeId !== (stored?.model ?? null)) {
    if (provider && provider.value !== (whole?.provider ?? null)) throw contradiction('model', provider.field);
    if (modelSaid && modelSaid.value !== (whole?.model ?? null) && modelSaid.value !== wholeId) throw contradiction('model', modelSaid.field);
    target = wholeId;
  } else {
    target = decide({ provider, modelSaid, repeated: models.find(({ value }) => value === now.model), now, stored, context });
  }
  const named = (whole && 'model') ?? provider?.field ?? modelSaid?.field ?? 'llm_provider';
  const definition = catalog.get('llm', splitModel(target ?? context.defaultModel).provider, named);
  if (target !== null && target !== stored?.model) checkSetting(definition, 'model', splitModel(target).model, whole ? 'model' : modelSaid?.field ?? provider?.field ?? 'llm_model');
  return {
    model: target,
    config: mergeSettings(definition, { said: nested.config === null ? null : settings, stored: stored?.config ?? {}, keeps: stored !== null && definition.value === now.provider, path: nested.path }),
  };
}

interface Deciding {
  provider: Claim<string | null> | null;
  modelSaid: Claim<string | null> | null;
  /** A model that was named although the agent has it already. */
  repeated: Claim<string | null> | undefined;
  now: { provider: string; model: string };
  stored: StoredLlm | null;
  context: LlmContext;
}

function decide({ provider, modelSaid, repeated, now, stored, context }: Deciding): string | null {
  if (!provider && !modelSaid) return stored?.model ?? null;
  if (provider?.value === null) {
    if (modelSaid && modelSaid.value !== null) throw invalidField(modelSaid.field, `contradicts ${provider.field}, which asks for the default model`);
    return null;
  }
  const named = modelSaid?.value ?? (provider ? repeated?.value : undefined);
  // A model alone: at creation its name tells the vendor, later it is another model of the agent's vendor.
  if (!provider && !stored && named) { const whole = parseWhole(modelSaid!.field, named, context); return `${whole.provider}/${whole.model}`; }
  const vendor = provider?.value ?? now.provider;
  const prefix = `${vendor}/`;
  const model = named ? (named.startsWith(prefix) ? named.slice(prefix.length) : named) : context.catalog.find('llm', vendor)?.defaultModel;
  if (model === undefined || model === '') throw invalidField('llm_model', `name the model of the provider '${vendor}'`);
  return `${vendor}/${model}`;
}

/** `groq/mixtral`, `groq.com/mixtral`, or a bare name whose family tells the vendor. */
function parseWhole(field: string, name: string, { catalog, bareIsOpenAi }: LlmContext): { provider: string; model: string } {
  const slash = name.indexOf('/');
  const known = slash > 0 ? catalog.find('llm', name.slice(0, slash)) : null;
  if (known && slash < name.length - 1) return { provider: known.value, model: name.slice(slash + 1) };
  try {
    return parseModelId(name, bareIsOpenAi ? 'openai' : undefined);
  } catch (error) {
    throw error instanceof AppError ? invalidField(field, `${error.userMessage} Or name the provider beside it.`) : error;
  }
}
