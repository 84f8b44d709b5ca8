import type { Config } from '../../platform/config';
import type { FieldDefinition, ProviderType } from '../contract';

export type Fields = Readonly<Record<string, FieldDefinition>>;

/** Who listens, thinks, speaks or knows for an agent: what it is called, what can be set, what it lacks here. */
export interface ProviderDefinition {
  type: ProviderType;
  /** The short id that answers carry. */
  value: string;
  label: string;
  /** Other spellings that are understood, such as `groq.com`. */
  aliases: readonly string[];
  /** Shown in lists; the others are only understood. */
  listed: boolean;
  /**
   * What can be set, all of it with an effect. Null where nothing here speaks the provider's protocol: then an agent
   * keeps what it was given, so that clients of other systems can be moved over, and using it is an error.
   */
  fields: Fields | null;
  /** The model that counts when an agent names the provider alone. */
  defaultModel?: string;
  /** What has to be set before it can be used; null when it would answer. */
  missing: string | null;
}

/** Keys that this installation has, besides those in its environment. */
export type HasKey = (variable: string) => boolean;

export interface CatalogInput {
  config: Pick<Config, 'ai' | 'speech' | 'gateway' | 'mode'>;
  /** `vendor/model` of agents that name none. */
  defaultModel: string;
}
