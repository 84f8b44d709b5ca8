import { VENDOR_ORDER, VENDORS } from '../../llm';
import { VENDOR_KEYS, type Vendor } from '../../platform/config';
import type { CatalogInput, Fields, ProviderDefinition } from './definition';

const LABELS: Record<Vendor, string> = { openai: 'OpenAI', anthropic: 'Anthropic', google: 'Google', groq: 'Groq', mistral: 'Mistral', cohere: 'Cohere', openrouter: 'OpenRouter' };
const ALIASES: Record<Vendor, readonly string[]> = {
  openai: ['openai.com'], anthropic: ['anthropic.com'], google: ['google.com', 'gemini'],
  groq: ['groq.com'], mistral: ['mistral.ai'], cohere: ['cohere.com', 'cohere.ai'], openrouter: ['openrouter.ai'],
};
/** Anthropic, Mistral and Cohere take no more than 1. */
const HOTTEST: Record<Vendor, number> = { openai: 2, anthropic: 1, google: 2, groq: 2, mistral: 1, cohere: 1, openrouter: 2 };

const model = (preset: string): Fields[string] => ({ type: 'text', label: 'Model', required: true, default: preset, max: 200, description: 'As the vendor names it.' });

const sampling = (hottest: number): Fields => ({
  temperature: { type: 'number', label: 'Temperature', required: false, min: 0, max: hottest, description: 'Low answers alike each time, high varies. Empty: the vendor’s own.' },
  top_p: { type: 'number', label: 'Top P', required: false, min: 0, max: 1, description: 'Only the likeliest words that make up this share. Set this or the temperature.' },
  max_tokens: { type: 'number', label: 'Longest answer', required: false, min: 1, max: 100_000, step: 1, description: 'In tokens; an answer is cut off there.' },
});

const penalties: Fields = {
  frequency_penalty: { type: 'number', label: 'Frequency penalty', required: false, min: -2, max: 2, description: 'Above 0 the model repeats words less.' },
  presence_penalty: { type: 'number', label: 'Presence penalty', required: false, min: -2, max: 2, description: 'Above 0 the model turns to new subjects sooner.' },
};

/** Vendors whose API takes penalties; the others ignore or refuse them. */
const TAKES_PENALTIES: ReadonlySet<Vendor> = new Set(['openai', 'google', 'groq', 'cohere', 'openrouter']);

/** The built-in assistant first: it is what answers without a key. */
export function llmProviders({ config, defaultModel }: CatalogInput, hasKey: (vendor: Vendor) => boolean): ProviderDefinition[] {
  const { ai, gateway } = config;
  const off = ai.enabled ? null : 'AI_ENABLED is false';
  const vendors = VENDOR_ORDER.map((vendor): ProviderDefinition => ({
    type: 'llm', value: vendor, label: LABELS[vendor], aliases: ALIASES[vendor], listed: true,
    fields: { model: model(VENDORS[vendor].defaultModel), ...sampling(HOTTEST[vendor]), ...(TAKES_PENALTIES.has(vendor) ? penalties : {}) },
    defaultModel: VENDORS[vendor].defaultModel,
    missing: off ?? (hasKey(vendor) || (vendor === 'openai' && ai.openaiBaseUrl !== undefined) ? null : VENDOR_KEYS[vendor]),
  }));
  const assistant: Fields[string] = { type: 'select', label: 'Model', required: true, default: 'assistant', options: [{ value: 'assistant', label: 'Assistant (tools, no language model)' }] };
  const own: Fields[string] = { type: 'select', label: 'Model', required: true, default: 'agent', options: [{ value: 'agent', label: 'The agent at STENTOR_AGENT_URL' }] };
  return [
    { type: 'llm', value: 'builtin', label: 'Built-in', aliases: [], listed: true, fields: { model: assistant }, defaultModel: 'assistant', missing: off },
    ...vendors,
    {
      type: 'llm', value: 'llama-cpp', label: 'llama.cpp server', aliases: ['llama-cpp.local', 'llama.cpp'], listed: ai.openaiBaseUrl !== undefined,
      fields: { model: model('default'), ...sampling(2), ...penalties }, defaultModel: 'default', missing: off ?? (ai.openaiBaseUrl === undefined ? 'OPENAI_BASE_URL' : null),
    },
    ...(gateway.agentUrl === undefined ? [] : [{ type: 'llm' as const, value: 'external', label: 'Your own agent', aliases: [], listed: true, fields: { model: own }, defaultModel: 'agent', missing: off }]),
    // Replays of tests and benchmarks: never offered where none are configured.
    ...(ai.scriptFile === undefined && config.mode !== 'test' && !defaultModel.startsWith('scripted/') ? [] : [
      { type: 'llm' as const, value: 'scripted', label: 'Scripted', aliases: [], listed: false, fields: { model: model(''), ...sampling(2) }, missing: off }]),
  ];
}
