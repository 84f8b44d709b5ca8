import pino from 'pino';
import { createAuthenticator } from '@/server/auth/authenticate';
import { SignInThrottle } from '@/server/auth/sign-in-throttle';
import { createChatService } from '@/server/chat';
import { createBrain } from '@/server/compose';
import { createFileService } from '@/server/files';
import { createReadiness } from '@/server/health/readiness';
import { noTelephony } from '@/server/health/telephony-status';
import { openDatabase } from '@/server/platform/db/client';
import { createLogger } from '@/server/platform/logger';
import { webConfig } from '@test/support/web';
import { databaseUrl, environment, POOL } from './settings';

/** The product's services as the web process has them; the log is written, to nowhere. */
export function productServices() {
  const config = webConfig(environment);
  const { db } = openDatabase(databaseUrl, { name: 'bench', pool: POOL });
  const logger = createLogger({ name: 'web', level: 'info' }, pino.destination('/dev/null'));
  const brain = createBrain({ db, config, logger });
  const services = {
    db, config, defaultModelOf: brain.defaultModelOf, secretBox: brain.secretBox, providerKeys: brain.providerKeys, tools: brain.tools,
    sessions: { list: () => Promise.resolve([]), close: () => Promise.resolve(), closeOf: () => Promise.resolve(0) },
    calls: { speak: () => Promise.resolve(), hangUp: () => Promise.resolve() },
    chat: createChatService({ db, models: brain.models, providerKeys: brain.providerKeys, store: brain.store, runTurn: brain.runTurn, externalDefault: brain.externalAgent !== null }),
    files: createFileService({ db, limits: config.files, logger }),
    health: { readiness: createReadiness({}), startedAt: new Date() }, telephony: noTelephony({ maxConcurrent: 1 }), signInThrottle: new SignInThrottle(),
  };
  return { services, logger, authenticator: createAuthenticator({ db, config }) };
}
