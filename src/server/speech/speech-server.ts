import multipart from '@fastify/multipart';
import Fastify, { type FastifyInstance } from 'fastify';
import { AppError } from '@/server/platform/errors';
import type { Logger } from '@/server/platform/logger';
import { SPEECH_MODELS, SPEECH_VOICES } from './catalog';
import { SPEECH_LIMITS, type SpeechLimits } from './limits';
import { openAiError } from './openai-error';
import { registerSpeech } from './speech-route';
import type { SpeechPool } from './speech-pool';
import { registerTranscriptions } from './transcriptions-route';

const RAW_TYPES = ['application/octet-stream', 'audio/pcm', 'audio/l16', 'audio/wav', 'audio/x-wav', 'audio/wave'];

/** The OpenAI audio API over the local models. It has no sign-in: it listens on loopback for Parley's own processes. */
export async function createSpeechServer({ pool, logger, limits = SPEECH_LIMITS }: { pool: SpeechPool; logger: Logger; limits?: SpeechLimits }): Promise<FastifyInstance> {
  const app = Fastify({ bodyLimit: limits.maxUploadBytes, forceCloseConnections: true, routerOptions: { ignoreTrailingSlash: true } });
  await app.register(multipart, { limits: { fileSize: limits.maxUploadBytes, files: 1, fields: 20, fieldSize: 64 * 1024 } });
  app.addContentTypeParser(RAW_TYPES, { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  app.setErrorHandler((thrown, request, reply) => {
    const { status, headers, body } = openAiError(thrown);
    if (status >= 500 && status !== 503) logger.error({ err: thrown, url: request.url }, 'speech request failed');
    return reply.code(status).headers(headers).send(body);
  });
  app.setNotFoundHandler((request, reply) => {
    const { status, body } = openAiError(new AppError('not_found', `No route ${request.method} ${request.url}`));
    return reply.code(status).send(body);
  });

  registerTranscriptions(app, { pool, limits });
  registerSpeech(app, { pool, limits });
  // Clients ask this route whether the server would answer now, so it does not list models that no worker has loaded.
  app.get('/v1/models', (_request, reply) => (pool.stats().ready === 0 ? reply.code(503).send(openAiError(new AppError('unavailable', 'The models are loading')).body) : {
    object: 'list',
    data: SPEECH_MODELS.map((model) => ({ id: model.id, object: 'model', created: 0, owned_by: model.owner, task: model.task, languages: model.languages })),
  }));
  app.get('/v1/voices', () => ({ object: 'list', data: SPEECH_VOICES }));
  app.get('/health', (_request, reply) => {
    const stats = pool.stats();
    return reply.code(stats.ready > 0 ? 200 : 503).send({ status: stats.ready > 0 ? 'ok' : 'unavailable', ...stats });
  });
  return app;
}
