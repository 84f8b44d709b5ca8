import { role as roles, type Me } from '@/server/auth/contract';

/** Whether somebody of this role may do what needs that one. The server decides; pages only hide what it would refuse. */
export const hasRole = (role: Me['role'], needed: Me['role']): boolean => roles.options.indexOf(role) >= roles.options.indexOf(needed);
