import { readFileSync } from 'node:fs';
import type { LanguageModelV3 } from '@ai-sdk/provider';
import { VENDOR_KEYS, type Config, type Vendor } from '../platform/config';
import { AppError } from '../platform/errors';
import { builtinAssistant } from './builtin/assistant';
import { formatModelId, parseModelId } from './model-id';
import { scriptedModel } from './scripted/scripted-model';
import { parseScripts, type Scripts } from './scripted/script';
import { VENDOR_ORDER, VENDORS } from './vendors';

export const BUILTIN_MODEL = 'builtin/assistant';
export const EXTERNAL_MODEL = 'external/agent';

export interface ChosenModel {
  provider: string;
  model: string;
  languageModel: LanguageModelV3;
}

export interface Models {
  /** LLM_MODEL, else the first vendor with a key, else the builtin assistant. */
  readonly defaultModel: string;
  /** `null` is the default. Throws AppError unavailable (no key, AI off) or invalid_input (unknown vendor). */
  choose(id: string | null): ChosenModel;
}

export interface ModelsOptions {
  ai: Config['ai'];
  /** Scripts for `scripted/NAME`, in place of the file that PARLEY_SCRIPT names. */
  scripts?: Scripts | undefined;
  /** What `external/agent` is, when STENTOR_AGENT_URL is set. */
  external?: LanguageModelV3 | undefined;
  /** Other addresses for vendors: a proxy, or a test's server. */
  baseUrls?: Partial<Record<Vendor, string>> | undefined;
}

export function createModels({ ai, scripts, external, baseUrls = {} }: ModelsOptions): Models {
  const addresses: Partial<Record<Vendor, string>> = { ...(ai.openaiBaseUrl === undefined ? {} : { openai: ai.openaiBaseUrl }), ...baseUrls };
  const made = new Map<string, ChosenModel>();
  const usable = (vendor: Vendor) => ai.keys[vendor] !== undefined || (vendor === 'openai' && addresses.openai !== undefined);
  const complete = (id: string) => formatModelId(parseModelId(id, addresses.openai === undefined ? undefined : 'openai'));
  const firstVendor = VENDOR_ORDER.find(usable);
  const fallback = firstVendor === undefined ? BUILTIN_MODEL : `${firstVendor}/${VENDORS[firstVendor].defaultModel}`;
  const defaultModel = ai.model === undefined ? fallback : complete(ai.model);
  let loadedScripts = scripts;

  function create(provider: ReturnType<typeof parseModelId>['provider'], model: string): LanguageModelV3 {
    if (provider === 'builtin') {
      if (model !== 'assistant') throw new AppError('invalid_input', `Unknown model 'builtin/${model}'. The built-in one is ${BUILTIN_MODEL}.`);
      return builtinAssistant;
    }
    if (provider === 'scripted') {
      loadedScripts ??= readScripts(ai.scriptFile);
      const script = loadedScripts[model];
      if (script === undefined) throw new AppError('unavailable', `No script named '${model}' in PARLEY_SCRIPT.`, { retryable: false });
      return scriptedModel(model, script);
    }
    if (provider === 'external') {
      if (external === undefined) throw new AppError('unavailable', 'No external agent is configured. Set STENTOR_AGENT_URL environment variable.', { retryable: false });
      return external;
    }
    if (!usable(provider)) throw new AppError('unavailable', `Missing API key for ${provider} provider. Set ${VENDOR_KEYS[provider]} environment variable.`, { retryable: false });
    return VENDORS[provider].create(model, { apiKey: ai.keys[provider]?.reveal(), baseUrl: addresses[provider] });
  }

  return {
    defaultModel,
    choose(id) {
      if (!ai.enabled) throw new AppError('unavailable', 'AI service is disabled', { retryable: false });
      const name = id === null || id.trim() === '' ? defaultModel : complete(id.trim());
      const known = made.get(name);
      if (known) return known;
      const { provider, model } = parseModelId(name);
      const chosen = { provider, model, languageModel: create(provider, model) };
      if (made.size < MODELS_KEPT) made.set(name, chosen);
      return chosen;
    },
  };
}

/** Clients of models that agents name; a flood of made-up names must not grow the process. */
const MODELS_KEPT = 200;

function readScripts(file: string | undefined): Scripts {
  if (file === undefined) throw new AppError('unavailable', 'No script is configured. Set PARLEY_SCRIPT environment variable.', { retryable: false });
  try {
    return parseScripts(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new AppError('unavailable', `PARLEY_SCRIPT: cannot read ${file}: ${(cause as Error).message}`, { cause, retryable: false });
  }
}
