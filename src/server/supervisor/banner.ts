import type { Config } from '../platform/config';

export interface FirstStart {
  created: boolean;
  adminEmail: string;
  adminPassword?: string;
  apiKey?: string;
}

/** What a person needs after the start: the address, who can sign in (shown once), and a curl that works as pasted. */
export function banner(config: Config, url: string, realtimeUrl: string, first: FirstStart, seconds: number): string {
  const lines = [
    '',
    `Parley is ready after ${seconds.toFixed(1)} s: ${config.web.publicUrl ?? url}`,
    `Devices connect to ${realtimeUrl.replace(/^http/, 'ws')}/api/v1/realtime`,
    '',
  ];
  if (first.created)
    lines.push(
      `  Sign in as  ${first.adminEmail}`,
      `  Password    ${first.adminPassword ?? '(the one you set in PARLEY_ADMIN_PASSWORD)'}`,
      `  API key     ${first.apiKey ?? '(the one you set in PARLEY_API_KEY)'}`,
      '  These are shown this once: keep them.',
      '',
    );
  lines.push('  Try it:', `  curl -s ${url}/api/agents/ -H "Authorization: Bearer ${first.apiKey ?? '$PARLEY_API_KEY'}"`, '');
  return lines.join('\n');
}
