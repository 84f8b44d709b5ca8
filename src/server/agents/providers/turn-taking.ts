import type { AgentTurnSettings } from '../tables';
import type { Fields, ProviderDefinition } from './definition';

/** Realtime's session options have the reasons for the defaults; a test compares them. */
export const TURN_FIELDS = {
  endpoint_delay_ms: { type: 'number', label: 'Pause that ends a turn', required: false, default: 480, min: 200, max: 5_000, step: 10, description: 'Milliseconds of silence. Short answers sooner, long lets people think.' },
  interruptible: { type: 'boolean', label: 'Can be interrupted', required: false, default: true, description: 'Off: it finishes speaking before it listens again.' },
  interruption_ms: { type: 'number', label: 'Speech that interrupts', required: false, default: 700, min: 200, max: 5_000, step: 10, description: 'Milliseconds. Shorter sounds over a reply (“mm-hmm”) only pause it.' },
  speech_threshold: { type: 'number', label: 'Speech threshold', required: false, default: 0.5, min: 0.2, max: 0.95, step: 0.05, description: 'How sure it must be that it hears speech. Higher for noisy places.' },
  silence_prompt_ms: { type: 'number', label: 'Silence before asking', required: false, default: 10_000, min: 0, max: 120_000, step: 500, description: 'Milliseconds until the agent asks a caller “Are you still there?”, and after two questions hangs up. 0 never asks. Other channels ask only when a value is set.' },
} as const satisfies Fields;

type WireName = keyof typeof TURN_FIELDS;
const STORED_NAMES = { endpoint_delay_ms: 'endpointDelayMs', interruptible: 'interruptible', interruption_ms: 'interruptionMs', speech_threshold: 'speechThreshold', silence_prompt_ms: 'silencePromptMs' } as const satisfies Record<WireName, keyof AgentTurnSettings>;
const NAMES = Object.keys(TURN_FIELDS) as WireName[];

export const turnProviders = (): ProviderDefinition[] =>
  [{ type: 'turn', value: 'builtin', label: 'Built-in', aliases: [], listed: true, fields: TURN_FIELDS, missing: null }];

export const presentTurnSettings = (stored: AgentTurnSettings): Record<string, number | boolean> =>
  Object.fromEntries(NAMES.flatMap((name) => { const value = stored[STORED_NAMES[name]]; return value === undefined ? [] : [[name, value]]; }));

export const storeTurnSettings = (settings: Record<string, unknown>): AgentTurnSettings =>
  Object.fromEntries(NAMES.flatMap((name) => (settings[name] === undefined ? [] : [[STORED_NAMES[name], settings[name]]])));
