export { peak, rms } from '@/server/platform/audio/rms';
