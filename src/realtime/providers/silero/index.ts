export { loadSileroVad } from './load-silero-vad';
