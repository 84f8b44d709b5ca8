import { checkSetting } from './providers/check-config';
import type { ProviderDefinition } from './providers/definition';

export interface Merging {
  /** Null clears everything, undefined says nothing. */
  said: Record<string, unknown> | null | undefined;
  stored: Record<string, unknown>;
  /** False where the provider has changed: then only what was said counts. */
  keeps: boolean;
  path: string;
}

/** What was said laid over what is stored: null takes a setting away, and everything new is checked against the definitions. */
export function mergeSettings(provider: ProviderDefinition, { said, stored, keeps, path }: Merging): Record<string, unknown> {
  if (said === null) return {};
  const merged: Record<string, unknown> = keeps ? { ...stored } : {};
  for (const [name, value] of Object.entries(said ?? {})) {
    if (value === null) { delete merged[name]; continue; }
    const repeated = Object.hasOwn(stored, name) && stored[name] === value;
    if (repeated && keeps) continue;
    // Read from the old provider and sent back with another one: a number may mean the same there, a name does not.
    if (repeated && typeof value === 'string') continue;
    if (repeated && (provider.fields === null || !Object.hasOwn(provider.fields, name))) continue;
    checkSetting(provider, name, value, `${path}.${name}`);
    merged[name] = value;
  }
  return merged;
}
