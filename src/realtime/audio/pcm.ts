export { bytesToS16, clampToS16, concatS16, floatToS16, s16ToBytes, s16ToFloat } from '@/server/platform/audio/pcm';
