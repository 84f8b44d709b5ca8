export type { FallbackOptions, ProviderSwitch } from './candidates';
export { withSttFallback } from './with-stt-fallback';
export { withTtsFallback } from './with-tts-fallback';
