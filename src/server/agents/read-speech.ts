import type { CreateAgentInput } from './contract';
import { mergeSettings } from './merge-settings';
import { agreed, readConfig, type Claim } from './provider-claims';
import type { Catalog } from './providers/catalog';
import { checkSetting } from './providers/check-config';

export interface StoredSpeech {
  /** Null is whatever the installation listens or speaks with. */
  provider: string | null;
  config: Record<string, unknown>;
}

type Said = Pick<CreateAgentInput, 'stt_provider' | 'stt_config' | 'tts_provider' | 'tts_config' | 'voice'>;

/**
 * Naming the provider that the installation has means "the installation's": moving speech to another server breaks no
 * agent. A provider it has not is kept by name.
 */
export function readSpeech(type: 'stt' | 'tts', said: Said, stored: StoredSpeech | null, { catalog, installed }: { catalog: Catalog; installed: string }): StoredSpeech {
  const field = `${type}_provider` as const;
  const nested = readConfig(`${type}_config`, said[`${type}_config`]);
  const now = stored?.provider ?? installed;
  const claims: Claim<string>[] = [];
  const say = (where: string, name: string | null | undefined) => {
    if (name !== undefined) claims.push({ field: where, value: name === null ? installed : catalog.get(type, name, where).value });
  };
  say(field, said[field]);
  say(`${type}_config.provider`, nested.provider);
  const change = agreed(claims, stored ? now : undefined);
  const provider = catalog.get(type, change?.value ?? now, change?.field ?? field);
  const keeps = stored !== null && provider.value === now;
  const config = mergeSettings(provider, { said: nested.config, stored: stored?.config ?? {}, keeps, path: nested.path });
  if (type === 'tts' && said.voice !== undefined) {
    const voices: Claim<unknown>[] = [{ field: 'voice', value: said.voice ?? undefined }];
    if (nested.config && Object.hasOwn(nested.config, 'voice')) voices.push({ field: `${nested.path}.voice`, value: nested.config.voice ?? undefined });
    const voice = agreed(voices, stored ? stored.config.voice : undefined);
    if (voice?.value === undefined && voice) delete config.voice;
    else if (voice?.field === 'voice') { checkSetting(provider, 'voice', voice.value, 'voice'); config.voice = voice.value; }
  }
  return { provider: provider.value === installed ? null : provider.value, config };
}
