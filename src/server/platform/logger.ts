import pino, { type DestinationStream, type Logger } from 'pino';
import { loggable } from './loggable';

export type { Logger };

/** What people say never sits in a log message: it goes into `content`, which is dropped unless asked for. */
const REDACTED = ['content', '*.content', 'password', '*.password', 'token', '*.token', 'req.headers.authorization', 'req.headers.cookie', 'req.headers["x-api-key"]'];

export function createLogger(options: { name: string; level: string }, destination: DestinationStream = pino.destination(1)): Logger {
  return pino({
    name: options.name,
    level: options.level,
    base: { name: options.name },
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: loggable },
    redact: { paths: REDACTED, censor: '[redacted]' },
  }, destination);
}
