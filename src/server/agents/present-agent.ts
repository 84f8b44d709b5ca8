import { LOCAL_SPEECH, type Config } from '../platform/config';
import type { Agent } from './contract';
import type { agents } from './tables';

/** The speech provider's short id: the built-in one, or the API that every configured server speaks. */
const speechProvider = (model: string) => (model === LOCAL_SPEECH.sttModel || model === LOCAL_SPEECH.ttsModel ? 'builtin' : 'openai');

export function presentAgent(row: typeof agents.$inferSelect, config: Config, defaultModel: string): Agent {
  const [provider = 'builtin', ...rest] = (row.model ?? defaultModel).split('/');
  const { stt, tts } = config.speech;
  const voice = row.voice ?? tts.voice;
  return {
    id: row.id,
    user_id: null,
    name: row.name,
    slug: row.slug,
    description: row.description,
    system_prompt: row.systemPrompt,
    greeting: row.greeting,
    rag_config_id: null,
    model: row.model,
    voice: row.voice,
    tools: row.tools,
    llm_provider: provider,
    llm_model: rest.join('/'),
    stt_provider: speechProvider(stt.model),
    tts_provider: speechProvider(tts.model),
    llm_config: { model: rest.join('/') },
    stt_config: { model: stt.model },
    tts_config: { model: tts.model, voice },
    is_default: row.isDefault,
    is_active: row.isActive,
    is_system_agent: false,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  };
}
