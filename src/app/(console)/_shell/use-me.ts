'use client';

import { createContext, useContext } from 'react';
import type { Me } from '@/server/auth/contract';
import { hasRole } from '../../_lib/roles';

/** Provided by the shell, which shows no page before it knows who is asking. */
export const MeContext = createContext<Me | null>(null);

export function useMe(): Me {
  const me = useContext(MeContext);
  if (!me) throw new Error('useMe is for pages inside the shell');
  return me;
}

/** Whether this person may do what needs that role. */
export const useMay = (role: Me['role']): boolean => hasRole(useMe().role, role);
