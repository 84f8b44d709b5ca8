export { createSttProvider, type SttProviderOptions } from './create-stt-provider';
export { createTtsProvider, type TtsProviderOptions } from './create-tts-provider';
