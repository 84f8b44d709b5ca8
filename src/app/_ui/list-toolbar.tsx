import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from './button';

/** Search and filters above a list; "Clear" while any of them is set. */
export const ListToolbar = ({ children, onClear }: { children: ReactNode; onClear?: (() => void) | undefined }) => (
  <search className="mb-4 flex flex-wrap gap-2">
    {children}
    {onClear && <Button variant="ghost" onClick={onClear}><X aria-hidden />Clear</Button>}
  </search>
);
