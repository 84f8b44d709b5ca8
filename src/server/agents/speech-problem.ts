import type { Config } from '../platform/config';
import { installedSpeech, speechProviders } from './providers/speech';
import type { AgentRow } from './queries';

/**
 * Why an agent cannot hear or speak here: it names a provider that this installation has not. Null when it can. It does
 * not fall back to the provider that is there: somebody chose where speech goes and whose voice answers.
 */
export function speechProblem(type: 'stt' | 'tts', agent: Pick<AgentRow, 'name' | 'sttProvider' | 'ttsProvider'>, config: Pick<Config, 'ai' | 'speech' | 'gateway' | 'mode'>): string | null {
  const named = type === 'stt' ? agent.sttProvider : agent.ttsProvider;
  if (named === null || named === installedSpeech(config.speech)[type]) return null;
  const provider = speechProviders(type, { config, defaultModel: '' }).find(({ value }) => value === named);
  if (provider?.missing === null) return null;
  return `The agent "${agent.name}" ${type === 'stt' ? 'hears' : 'speaks'} through ${provider?.label ?? named}, which is not available here: set ${provider?.missing ?? 'another provider'}, or change its ${type}_provider`;
}
