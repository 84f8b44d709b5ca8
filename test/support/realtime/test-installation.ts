import { databaseAgentDirectory } from '@/realtime/gateway/agent-directory';
import { createAuthenticator } from '@/server/auth/authenticate';
import { authSecret } from '@/server/auth/derived-key';
import { WriteBehindStore } from '@/server/conversations/write-behind-store';
import { markDeviceSeen } from '@/server/devices';
import { handleUpgrades, type Upgrades } from '@/server/http/upgrades';
import { createLogger } from '@/server/platform/logger';
import { createRealtimeControl } from '@/server/sessions/realtime-control';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { startTestWeb, webConfig, type TestWeb } from '@test/support/web';
import { TestNode } from './test-node';

/** Web and a realtime node on one database, as they are at home: only speech and the model are played. */
export class TestInstallation {
  private constructor(readonly database: TestDatabase, readonly node: TestNode, readonly web: TestWeb, readonly store: WriteBehindStore, private readonly upgrades: Upgrades) {}

  static async start(environment: Record<string, string> = {}): Promise<TestInstallation> {
    const database = await createTestDatabase();
    const { db } = database;
    const config = webConfig(environment);
    const secret = authSecret(config);
    const store = new WriteBehindStore({ db, maxQueued: 1_000, logger: createLogger({ name: 'test', level: 'silent' }) });
    const node = await TestNode.start({
      secret, store, agents: databaseAgentDirectory(db, config), authenticator: createAuthenticator({ db, config }),
      onDeviceLeft: (id) => void markDeviceSeen(db, { id }).catch(() => {}),
    });
    const web = await startTestWeb({ db, environment, sessions: createRealtimeControl({ baseUrl: node.url, secret, timeoutMs: 60_000 }) });
    return new TestInstallation(database, node, web, store, handleUpgrades(web.app.server, { realtimeUrl: node.url, secret }));
  }

  get db() { return this.database.db; }

  /** The conversation's WebSocket on the public origin, or on realtime's own port. */
  streamUrl(query: Record<string, string> = {}, where: 'public' | 'realtime' = 'public'): string {
    const base = (where === 'public' ? this.web.url : this.node.url).replace('http', 'ws');
    return `${base}/api/conversation/stream?${new URLSearchParams(query)}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.node.drain(0);
    await this.upgrades[Symbol.asyncDispose]();
    await this.web[Symbol.asyncDispose]();
    await this.store.close({ timeoutMs: 5_000 });
    await this.database[Symbol.asyncDispose]();
  }
}
