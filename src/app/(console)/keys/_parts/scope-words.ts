import type { ApiKey } from '@/server/keys/contract';

type Scope = ApiKey['scopes'][number];

/** What a narrow key opens, in words. */
export const SCOPE_WORDS: Record<Exclude<Scope, '*'>, { label: string; hint: string }> = {
  agents: { label: 'Agents', hint: 'Read and set up agents.' },
  calls: { label: 'Calls', hint: 'Place calls, speak into them and read their results.' },
  chat: { label: 'Chat', hint: 'Chat with agents over REST, attach files, and read its own threads.' },
  conversations: { label: 'Conversations', hint: 'Read what was said, on every channel.' },
  realtime: { label: 'Voice sessions', hint: 'Open voice sessions over WebSocket: devices and browsers.' },
  usage: { label: 'Usage', hint: 'Read what was used and what it cost.' },
  metrics: { label: 'Metrics', hint: 'Read the figures for Prometheus, and nothing else.' },
};

export const narrowScopes = Object.entries(SCOPE_WORDS) as [Exclude<Scope, '*'>, { label: string; hint: string }][];

export const scopesInWords = (scopes: readonly Scope[]): string =>
  scopes.includes('*') ? 'Everything' : scopes.map((scope) => (scope === '*' ? '' : SCOPE_WORDS[scope].label)).join(', ');

/** A request that this key is allowed to make. */
export function tryIt(origin: string, key: string, scopes: readonly Scope[]): string {
  const may = (scope: Scope) => scopes.includes('*') || scopes.includes(scope);
  const header = `-H "Authorization: Bearer ${key}"`;
  if (may('agents')) return `curl -s ${origin}/api/agents/ \\\n  ${header}`;
  if (may('metrics')) return `curl -s ${origin}/api/metrics \\\n  ${header}`;
  if (may('conversations')) return `curl -s ${origin}/api/conversations \\\n  ${header}`;
  return `curl -s -X POST ${origin}/api/conversation/stream \\\n  ${header} \\\n  -H "Content-Type: application/json" -d '{}'`;
}
