import { Lock } from 'lucide-react';
import { Card } from './card';
import type { RoleName } from './role-badge';
import { ROLE_WORDS } from './role-badge';
import { EmptyState } from './states';

/** In place of what this person's role may not see. */
export const NeedsRole = ({ role, mine, what }: { role: RoleName; mine: RoleName; what: string }) => (
  <Card>
    <EmptyState icon={Lock} title={`${what} needs the role ${ROLE_WORDS[role].label}`}>
      Your role in this workspace is {ROLE_WORDS[mine].label}. An admin or owner can change it under Users.
    </EmptyState>
  </Card>
);
