import type { ReactNode } from 'react';
import { Confirm } from '../../_ui/confirm';
import type { UnsavedGuard } from './use-unsaved-guard';

/** Asked when a page with unsaved changes is to be left. */
export const LeaveQuestion = ({ guard, onDiscard, children }: { guard: UnsavedGuard; onDiscard: () => void; children: ReactNode }) => (
  <Confirm open={guard.isAsking} onOpenChange={(open) => { if (!open) guard.stay(); }} title="Leave without saving?" action="Discard changes" onConfirm={() => { onDiscard(); guard.leave(); }}>
    {children}
  </Confirm>
);
