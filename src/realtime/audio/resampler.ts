export { createResampler, resample, type Resampler } from '@/server/platform/audio/resampler';
