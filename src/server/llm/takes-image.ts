/** Models that see, by the names that their vendors give them. Who is not known is told in words what there is: a vendor refuses the whole question over one image too many. */
const SEEING: Record<string, RegExp> = {
  openai: /^(chatgpt-4o|gpt-4o(?!.*(audio|transcribe|tts|realtime|search))|gpt-4\.[1-9]|gpt-4-turbo|gpt-[5-9]|o1(?!-(mini|preview))|o[34](?!-mini$|-mini-\d)|o4-mini)/i,
  anthropic: /^claude-(?!2|instant)/i,
  google: /^(gemini-|gemma-3)/i,
  groq: /(llama-4|vision|-vl\b)/i,
  mistral: /^(pixtral|mistral-(small|medium|large)-(latest|25\d\d|2[6-9]\d\d)|ministral-.*(25(1[2]))|magistral-.*(latest|2509))/i,
  cohere: /vision/i,
  'llama-cpp': /(llava|vision|-vl\b|pixtral|gemma-3|minicpm-v|qwen.*vl)/i,
};

const TYPES = new Set(['image/png', 'image/jpeg', 'image/webp', 'image/gif']);

export function takesImage({ provider, model }: { provider: string; model: string }, mediaType: string): boolean {
  if (!TYPES.has(mediaType)) return false;
  if (provider === 'openrouter') {
    const [vendor = '', name = ''] = model.split('/', 2);
    return takesImage({ provider: vendor === 'mistralai' ? 'mistral' : vendor === 'meta-llama' ? 'groq' : vendor, model: name }, mediaType);
  }
  if (provider === 'google' && mediaType === 'image/gif') return false;
  return SEEING[provider]?.test(model) === true || (provider === 'openai' && SEEING['llama-cpp']!.test(model)); // OPENAI_BASE_URL may be anybody's
}
