import { readFileSync } from 'node:fs';
import type { LanguageModelV3 } from '@ai-sdk/provider';
import { VENDOR_KEYS, type Config, type Vendor } from '../platform/config';
import { AppError } from '../platform/errors';
import type { Secret } from '../platform/secret';
import { builtinAssistant } from './builtin/assistant';
import { formatModelId, parseModelId } from './model-id';
import { scriptedModel } from './scripted/scripted-model';
import { parseScripts, type Scripts } from './scripted/script';
import { NO_VENDOR_KEYS, type VendorKeys } from './vendor-keys';
import { ownServer, VENDOR_ORDER, VENDORS } from './vendors';

export const BUILTIN_MODEL = 'builtin/assistant';
export const EXTERNAL_MODEL = 'external/agent';

export interface ChosenModel {
  provider: string;
  model: string;
  languageModel: LanguageModelV3;
}

export interface Models {
  /** LLM_MODEL, else of the first vendor with a key (the workspace's own keys first), else the builtin assistant. */
  defaultModel(keys?: VendorKeys): string;
  /** `null` is the default. Throws AppError unavailable (no key, AI off) or invalid_input (unknown vendor). */
  choose(id: string | null, keys?: VendorKeys): ChosenModel;
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
  const ownServerUrl = ai.openaiBaseUrl;
  const inEnvironment = (vendor: Vendor) => ai.keys[vendor] !== undefined || (vendor === 'openai' && ownServerUrl !== undefined);
  const complete = (id: string) => formatModelId(parseModelId(id, ownServerUrl === undefined ? undefined : 'openai'));
  const chosenDefault = ai.model === undefined ? undefined : complete(ai.model);
  /** Clients by model, for each key: a key that was changed or removed takes its clients along. */
  const made = new WeakMap<object, Map<string, ChosenModel>>();
  const withoutKey = {};
  let loadedScripts = scripts;

  function create(provider: ReturnType<typeof parseModelId>['provider'], model: string, apiKey: Secret | undefined): LanguageModelV3 {
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
    if (provider === 'llama-cpp') { // a server of one's own: it gets no vendor's key, and nothing goes to a vendor in its stead
      if (ownServerUrl === undefined) throw new AppError('unavailable', 'No server for llama-cpp is configured. Set OPENAI_BASE_URL environment variable.', { retryable: false });
      return ownServer(model, { apiKey: undefined, baseUrl: ownServerUrl });
    }
    if (apiKey === undefined && !inEnvironment(provider)) throw missingKey(provider);
    if (provider === 'openai' && ownServerUrl !== undefined) return ownServer(model, { apiKey: apiKey?.reveal(), baseUrl: ownServerUrl });
    return VENDORS[provider].create(model, { apiKey: apiKey?.reveal(), baseUrl: baseUrls[provider] });
  }

  function keyOf(provider: ReturnType<typeof parseModelId>['provider'], keys: VendorKeys): Secret | undefined {
    if (!isVendor(provider)) return undefined;
    const own = keys.get(provider);
    if (own instanceof AppError) throw own; // not the environment's instead: the workspace chose whose account pays
    return own ?? ai.keys[provider];
  }

  function defaultModel(keys: VendorKeys = NO_VENDOR_KEYS): string {
    if (chosenDefault !== undefined) return chosenDefault;
    const vendor = VENDOR_ORDER.find((one) => keys.has(one)) ?? VENDOR_ORDER.find(inEnvironment);
    return vendor === undefined ? BUILTIN_MODEL : `${vendor}/${VENDORS[vendor].defaultModel}`;
  }

  return {
    defaultModel,
    choose(id, keys = NO_VENDOR_KEYS) {
      if (!ai.enabled) throw new AppError('unavailable', 'AI service is disabled', { retryable: false });
      const name = id === null || id.trim() === '' ? defaultModel(keys) : complete(id.trim());
      const { provider, model } = parseModelId(name);
      const apiKey = keyOf(provider, keys);
      const clients = made.get(apiKey ?? withoutKey) ?? new Map<string, ChosenModel>();
      made.set(apiKey ?? withoutKey, clients);
      const known = clients.get(name);
      if (known) return known;
      const chosen = { provider, model, languageModel: create(provider, model, apiKey) };
      if (clients.size < MODELS_KEPT) clients.set(name, chosen);
      return chosen;
    },
  };
}

const isVendor = (provider: string): provider is Vendor => provider in VENDOR_KEYS;

const missingKey = (vendor: Vendor) => new AppError('unavailable',
  `Missing API key for ${vendor} provider. Set ${VENDOR_KEYS[vendor]} environment variable.`, { retryable: false });

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
