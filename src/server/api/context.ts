import type { Principal } from '../auth/principal';
import type { SignInThrottle } from '../auth/sign-in-throttle';
import type { CallControl } from '../calls/call-control';
import type { ChatService } from '../chat';
import type { FileService } from '../files';
import type { HealthStatusSource } from '../health/health-status';
import type { TelephonyStatus } from '../health/telephony-status';
import type { Config } from '../platform/config';
import type { Database } from '../platform/db/client';
import type { Logger } from '../platform/logger';
import type { WorkspaceKeys } from '../provider-keys';
import type { SecretBox } from '../secrets';
import type { RateLimiter } from './rate-limiter';
import type { CredentialHolder } from '../sessions/control-contract';
import type { LiveSessions } from '../sessions/live-sessions';
import type { ToolRegistry } from '../tools';

/** What procedures may use; made once by the process entry. */
export interface Services {
  db: Database;
  config: Config;
  /** `vendor/model` of agents that name none, by the keys that their workspace has. */
  defaultModelOf(workspaceId: string): Promise<string>;
  /** Seals what must be readable again; see secrets/. */
  secretBox: SecretBox;
  providerKeys: Pick<WorkspaceKeys, 'of' | 'forget'>;
  tools: Pick<ToolRegistry, 'find' | 'all'>;
  /** This machine's live sessions, through realtime's control API. */
  sessions: LiveSessions;
  /** Live calls, on whichever node holds them. */
  calls: CallControl;
  /** Turns in writing. */
  chat: ChatService;
  /** What is attached to conversations. */
  files: FileService;
  health: HealthStatusSource;
  telephony: TelephonyStatus;
  /** One for all routes that take a password or a secret link, and for the sign-in itself. */
  signInThrottle: SignInThrottle;
}

/** Whence a request came, judged by the proxies we trust. */
export interface Caller {
  address: string;
  userAgent: string;
  /** What links to our own pages begin with: PUBLIC_URL, else as the caller reached us. */
  origin: string;
}

/** One request. Nobody is authenticated until a procedure's guard asks: public routes never look at credentials. */
export interface Context {
  services: Services;
  requestId: string;
  caller: Caller;
  limiter: RateLimiter;
  log: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** Throws AppError unauthenticated; asks the database at most once a request. */
  authenticate(): Promise<Principal>;
  /** After a revocation is stored: this process knows these credentials no more. */
  forget(who: CredentialHolder): void;
}
