import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { ChatResult } from './chat-run';

export interface ChatMetrics {
  listeners(change: 1 | -1): void;
  firstToken(seconds: number): void;
  ended(status: ChatResult['status']): void;
}

const FIRST_TOKEN_SECONDS = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 20];

export function createChatMetrics(registry: Registry): ChatMetrics {
  const registers = [registry];
  const open = new Gauge({ name: 'parley_chat_streams_open', help: 'Clients that listen to an answer in writing', registers });
  const first = new Histogram({ name: 'parley_chat_first_token_seconds', help: 'From the request to the first word of the answer, the wait for its turn included', buckets: FIRST_TOKEN_SECONDS, registers });
  const turns = new Counter({ name: 'parley_chat_turns_total', help: 'Turns in writing, by how they ended', labelNames: ['outcome'], registers });
  for (const outcome of ['complete', 'interrupted', 'failed'] as const) turns.inc({ outcome }, 0);
  return { listeners: (change) => open.inc(change), firstToken: (seconds) => first.observe(seconds), ended: (outcome) => turns.inc({ outcome }) };
}
