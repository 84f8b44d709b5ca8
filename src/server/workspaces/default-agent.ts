/** Who answers in a new workspace. */
export const DEFAULT_AGENT = {
  slug: 'assistant',
  name: 'Assistant',
  description: 'Answers when no other agent was chosen.',
  greeting: 'Hello! How can I help you?',
  systemPrompt: 'You are a friendly voice assistant. Answer briefly, in plain sentences that sound natural when spoken aloud.',
  tools: ['DATETIME', 'CALC'],
  isDefault: true,
};
