import type { AppError } from '@/server/platform/errors';
import type { TtsProvider } from '../tts';
import { Candidates, type FallbackOptions } from './candidates';

/**
 * One provider out of several. The next is asked only while nothing was heard yet: a clause that broke off
 * in the middle must not be said twice, so that failure goes to the caller.
 */
export function withTtsFallback(providers: readonly TtsProvider[], options: FallbackOptions = {}): TtsProvider {
  const candidates = new Candidates('tts', providers, options);
  const { id, provider, model, capabilities } = candidates.first;
  return {
    id, provider, model, capabilities,
    async *synthesize(text, request) {
      let last: AppError | undefined;
      for (const candidate of candidates.inOrder()) {
        let heard = false;
        let ended = false;
        try {
          for await (const audio of candidate.provider.synthesize(text, request)) { heard = true; yield audio; }
          ended = true;
          candidate.circuit.succeeded();
          return;
        } catch (thrown) {
          ended = true;
          last = candidates.failed(candidate, thrown);
          if (heard) throw last;
        } finally {
          if (!ended) candidate.circuit.released(); // the consumer stopped listening
        }
      }
      throw last;
    },
    check: (signal) => candidates.check(signal),
  };
}
