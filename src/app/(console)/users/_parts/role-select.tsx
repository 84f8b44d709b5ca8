import { hasRole } from '../../../_lib/roles';
import type { FieldControl } from '../../../_ui/field';
import { ROLE_NAMES, ROLE_WORDS, type RoleName } from '../../../_ui/role-badge';
import { Select } from '../../../_ui/select';

/** The roles that somebody of `mine` may give. */
export const RoleSelect = ({ control, value, mine, onChange }: { control?: FieldControl; value: RoleName; mine: RoleName; onChange: (role: RoleName) => void }) => (
  <Select
    id={control?.id ?? ''}
    aria-describedby={control?.['aria-describedby']}
    label="Role"
    className="w-full"
    value={value}
    onChange={onChange}
    options={ROLE_NAMES.filter((role) => role === value || hasRole(mine, role)).map((role) => ({ value: role, ...ROLE_WORDS[role] }))}
  />
);
