import { cookies } from 'next/headers';
import type { ReactNode } from 'react';
import { readTheme, THEME_COOKIE } from '../_lib/theme';
import { Providers } from './_shell/providers';
import { Shell } from './_shell/shell';

export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const theme = readTheme((await cookies()).get(THEME_COOKIE)?.value);
  return <Providers><Shell theme={theme}>{children}</Shell></Providers>;
}
