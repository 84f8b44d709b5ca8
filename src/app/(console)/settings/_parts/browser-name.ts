const BROWSERS = [['Edg/', 'Edge'], ['OPR/', 'Opera'], ['Firefox/', 'Firefox'], ['Chrome/', 'Chrome'], ['Safari/', 'Safari']] as const;
const SYSTEMS = [['iPhone', 'iPhone'], ['iPad', 'iPad'], ['Android', 'Android'], ['Windows', 'Windows'], ['Mac OS X', 'macOS'], ['CrOS', 'ChromeOS'], ['Linux', 'Linux']] as const;

/** "Firefox on Linux": enough to know one's own devices again; null when it says nothing. Order matters: Edge also calls itself Chrome. */
export function browserName(userAgent: string): string | null {
  const browser = BROWSERS.find(([sign]) => userAgent.includes(sign))?.[1];
  const system = SYSTEMS.find(([sign]) => userAgent.includes(sign))?.[1];
  return browser && system ? `${browser} on ${system}` : browser ?? system ?? null;
}

export const isPhone = (userAgent: string): boolean => /iPhone|Android.+Mobile/.test(userAgent);
