import { networkInterfaces } from 'node:os';
import { parseModelId } from '../llm/model-id';
import { VENDOR_KEYS, type Config, type Vendor } from '../platform/config';

export interface FirstStart {
  created: boolean;
  adminEmail: string;
  adminPassword?: string;
  apiKey?: string;
}

export interface BannerFacts {
  config: Config;
  /** Where web and realtime say that they listen. */
  url: string;
  realtimeUrl: string;
  first: FirstStart;
  seconds: number;
  /** This machine's address in its network, for whoever is not on this machine. */
  networkAddress?: string | undefined;
}

const EVERYWHERE = new Set(['0.0.0.0', '::']);

/** The first address that others in the network may reach, if there is one. */
export const networkAddress = (): string | undefined =>
  Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []).find(({ internal, family }) => !internal && family === 'IPv4')?.address;

function withHost(url: string, host: string): string {
  const shown = new URL(url);
  shown.hostname = host;
  return shown.origin;
}

/** What a person needs after the start: the address, who can sign in (shown once), and a curl that works as pasted. */
export function banner({ config, url, realtimeUrl, first, seconds, networkAddress: outside }: BannerFacts): string {
  const { web, realtime } = config;
  const here = EVERYWHERE.has(web.host) ? withHost(url, '127.0.0.1') : url;
  const devices = EVERYWHERE.has(realtime.host) && outside ? withHost(realtimeUrl, outside) : realtimeUrl;
  const curl = web.tls && web.publicUrl ? web.publicUrl : here; // a certificate names the public host
  const lines = [
    '',
    `Parley is ready after ${seconds.toFixed(1)} s: ${web.publicUrl ?? here}`,
    `Devices connect to ${devices.replace(/^http/, 'ws')}/api/v1/realtime`,
    '',
  ];
  const warning = missingKey(config);
  if (warning) lines.push(`  ${warning}`, '');
  if (first.created)
    lines.push(
      `  Sign in as  ${first.adminEmail}`,
      `  Password    ${first.adminPassword ?? '(the one you set in PARLEY_ADMIN_PASSWORD)'}`,
      `  API key     ${first.apiKey ?? '(the one you set in PARLEY_API_KEY)'}`,
      '  These are shown this once: keep them.',
      '',
    );
  lines.push('  Try it:', `  curl -s ${curl}/api/agents/ -H "Authorization: Bearer ${first.apiKey ?? '$PARLEY_API_KEY'}"`, '');
  return lines.join('\n');
}

/** Parley starts without the chosen model's key, because the key may come later; but nobody should have to find out from a failing call. */
function missingKey({ ai }: Config): string | undefined {
  if (ai.model === undefined || !ai.enabled) return undefined;
  const { provider } = parseModelId(ai.model, ai.openaiBaseUrl === undefined ? undefined : 'openai');
  if (!isVendor(provider) || ai.keys[provider] || (provider === 'openai' && ai.openaiBaseUrl)) return undefined;
  return `Agents cannot answer yet: LLM_MODEL is ${ai.model}, and ${VENDOR_KEYS[provider]} is not set.`;
}

const isVendor = (provider: string): provider is Vendor => provider in VENDOR_KEYS;
