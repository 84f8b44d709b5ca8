const NAMES: Readonly<Record<string, string>> = {
  openai: 'OpenAI', anthropic: 'Anthropic', google: 'Google', groq: 'Groq', mistral: 'Mistral', cohere: 'Cohere', openrouter: 'OpenRouter',
  'llama-cpp': 'llama.cpp', builtin: 'Parley', scripted: 'Scripted', external: 'External', local: 'Local',
};

/** As people write it. */
export const vendorName = (provider: string): string => NAMES[provider] ?? provider;
