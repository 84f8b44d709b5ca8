import { createAnthropic } from '@ai-sdk/anthropic';
import { createCohere } from '@ai-sdk/cohere';
import { createGoogleGenerativeAI } from '@ai-sdk/google';
import { createGroq } from '@ai-sdk/groq';
import { createMistral } from '@ai-sdk/mistral';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import type { LanguageModelV3 } from '@ai-sdk/provider';
import type { Vendor } from '../platform/config';

export interface VendorOptions {
  apiKey: string | undefined;
  /** A proxy, or a test's server; absent means the vendor's own address. */
  baseUrl: string | undefined;
}

interface VendorEntry {
  /** Used when the vendor is the first with a key and LLM_MODEL is unset: fast and cheap enough for a spoken turn. */
  defaultModel: string;
  create(model: string, options: VendorOptions): LanguageModelV3;
}

const settings = ({ apiKey, baseUrl }: VendorOptions) => ({ apiKey, ...(baseUrl === undefined ? {} : { baseURL: baseUrl }) });

/** In the order in which a default is chosen. */
export const VENDORS = {
  openai: {
    defaultModel: 'gpt-4.1-mini',
    // The classic chat API, which servers of one's own speak too, so that both behave alike.
    create: (model, options) => createOpenAI(settings(options)).chat(model),
  },
  anthropic: { defaultModel: 'claude-haiku-4-5', create: (model, options) => createAnthropic(settings(options))(model) },
  google: { defaultModel: 'gemini-2.5-flash', create: (model, options) => createGoogleGenerativeAI(settings(options))(model) },
  groq: { defaultModel: 'llama-3.3-70b-versatile', create: (model, options) => createGroq(settings(options))(model) },
  mistral: { defaultModel: 'mistral-small-latest', create: (model, options) => createMistral(settings(options))(model) },
  cohere: { defaultModel: 'command-r-08-2024', create: (model, options) => createCohere(settings(options))(model) },
  openrouter: {
    defaultModel: 'openai/gpt-4.1-mini',
    create: (model, { apiKey, baseUrl = 'https://openrouter.ai/api/v1' }) =>
      createOpenAICompatible({ name: 'openrouter', baseURL: baseUrl, includeUsage: true, ...(apiKey === undefined ? {} : { apiKey }) })(model),
  },
} as const satisfies Record<Vendor, VendorEntry>;

/** The server at OPENAI_BASE_URL: often without a key, and stricter or laxer than OpenAI in what it takes. */
export const ownServer = (model: string, { apiKey, baseUrl }: { apiKey: string | undefined; baseUrl: string }): LanguageModelV3 =>
  createOpenAICompatible({ name: 'openai', baseURL: baseUrl, includeUsage: true, ...(apiKey === undefined ? {} : { apiKey }) })(model);

export const VENDOR_ORDER = Object.keys(VENDORS) as Vendor[];
