import { anthropicWire } from './anthropic';
import { cohereWire } from './cohere';
import { googleWire } from './google';
import { groqWire } from './groq';
import { llamaCppWire } from './llama-cpp';
import { mistralWire } from './mistral';
import { openaiWire } from './openai';
import { openrouterWire } from './openrouter';
import type { Wire } from './wire';

/** By the provider that is asked with it. */
export const WIRES = {
  'openai': openaiWire, 'anthropic': anthropicWire, 'google': googleWire, 'groq': groqWire, 'mistral': mistralWire, 'cohere': cohereWire, 'openrouter': openrouterWire, 'llama-cpp': llamaCppWire,
} as const satisfies Record<string, Wire>;

export type WiredProvider = keyof typeof WIRES;
export const WIRED_PROVIDERS = Object.keys(WIRES) as WiredProvider[];
export { QUOTED, TOKENS, type Wire } from './wire';
