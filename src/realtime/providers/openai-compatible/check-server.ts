import { ERROR_TABLE, type AppError } from '@/server/platform/errors';
import { Deadline, type SpeechHttp } from './speech-http';

const CHECK_TIMEOUT_MS = 3_000;

/** GET /v1/models is the one cheap route that nearly every such server has; one without it is at least there. */
export async function checkServer(http: SpeechHttp, signal: AbortSignal): Promise<void> {
  using deadline = new Deadline(signal, CHECK_TIMEOUT_MS, http.provider);
  try {
    const response = await http.send({ method: 'GET', path: '/models', signal }, deadline);
    await response.body?.cancel();
  } catch (thrown) {
    const error: AppError = deadline.explain(thrown);
    const status = error.details?.status;
    if (status !== ERROR_TABLE.not_found.http && status !== ERROR_TABLE.method_not_allowed.http) throw error;
  }
}
