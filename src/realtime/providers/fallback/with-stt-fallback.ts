import type { AppError } from '@/server/platform/errors';
import type { SttProvider } from '../stt';
import { Candidates, type FallbackOptions } from './candidates';

/** One provider out of several: the next is asked when one fails. It describes itself as the first. */
export function withSttFallback(providers: readonly SttProvider[], options: FallbackOptions = {}): SttProvider {
  const candidates = new Candidates('stt', providers, options);
  const { id, provider, model, capabilities } = candidates.first;
  return {
    id, provider, model, capabilities,
    async transcribe(audio, request) {
      let last: AppError | undefined;
      for (const candidate of candidates.inOrder()) {
        try {
          const transcript = await candidate.provider.transcribe(audio, request);
          candidate.circuit.succeeded();
          return transcript;
        } catch (thrown) {
          last = candidates.failed(candidate, thrown);
        }
      }
      throw last;
    },
    check: (signal) => candidates.check(signal),
  };
}
