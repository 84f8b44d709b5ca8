'use client';

import type { ReactNode } from 'react';
import { hasRole } from '../../../_lib/roles';
import { NeedsRole } from '../../../_ui/needs-role';
import { useMe } from '../../_shell/use-me';

export function ForAdmins({ what, children }: { what: string; children: ReactNode }) {
  const me = useMe();
  return hasRole(me.role, 'admin') ? children : <NeedsRole role="admin" mine={me.role} what={what} />;
}
