export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

/** A cookie rather than local storage: the server renders the chosen theme, so the page never flashes the other one. */
export const THEME_COOKIE = 'theme';

export const readTheme = (value: string | undefined): Theme => THEMES.find((theme) => theme === value) ?? 'system';

export function applyTheme(theme: Theme): void {
  const yearSeconds = 31_536_000;
  document.cookie = `${THEME_COOKIE}=${theme}; path=/; max-age=${yearSeconds}; samesite=lax`;
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}
