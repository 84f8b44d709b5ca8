import { invalidField } from '../../platform/errors';
import type { Vendor } from '../../platform/config';
import type { AvailableProviders, ProviderType } from '../contract';
import type { CatalogInput, ProviderDefinition } from './definition';
import { llmProviders } from './llm';
import { speechProviders } from './speech';
import { turnProviders } from './turn-taking';

export interface Catalog {
  /** By any spelling. Null when nobody goes by that name. */
  find(type: ProviderType, name: string): ProviderDefinition | null;
  /** @throws AppError invalid_input that names `field` and lists those that are known */
  get(type: ProviderType, name: string, field: string): ProviderDefinition;
  available(): AvailableProviders;
}

const ragProviders = (): ProviderDefinition[] =>
  [{ type: 'rag', value: 'builtin', label: 'Built-in', aliases: ['builtin.local'], listed: true, fields: {}, missing: 'a knowledge base, which this version does not have' }];

/** Every provider there is, each type's built-in one first. The one truth of what can be set: forms and validation are made of it. */
export function createCatalog(input: CatalogInput, hasKey: (vendor: Vendor) => boolean): Catalog {
  const all: Record<ProviderType, ProviderDefinition[]> = {
    llm: llmProviders(input, hasKey), stt: speechProviders('stt', input), tts: speechProviders('tts', input), rag: ragProviders(), turn: turnProviders(),
  };
  const find = (type: ProviderType, name: string) => {
    const wanted = name.trim().toLowerCase();
    return all[type].find(({ value, aliases }) => value === wanted || aliases.includes(wanted)) ?? null;
  };
  return {
    find,
    get(type, name, field) {
      const found = find(type, name);
      if (found) return found;
      const known = all[type].map(({ value }) => value).filter((value) => value !== 'scripted');
      throw invalidField(field, `unknown provider '${name.slice(0, 100)}'; known are ${known.join(', ')}`);
    },
    available: () => Object.fromEntries((Object.keys(all) as ProviderType[]).map((type) => {
      const listed = all[type].filter((one) => one.listed);
      return [type, {
        providers: listed.map(({ value, label, missing }) => ({ value, label, available: missing === null, missing })),
        configurable_fields: Object.fromEntries(listed.map(({ value, fields }) => [value, { ...fields }])),
      }];
    })) as AvailableProviders,
  };
}
