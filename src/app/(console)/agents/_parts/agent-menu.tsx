'use client';

import { AudioLines, Copy, Power, Star, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { Agent } from '@/server/agents/contract';
import { Confirm } from '../../../_ui/confirm';
import { MenuItem, MenuSeparator, RowMenu } from '../../../_ui/menu';
import { useMay } from '../../_shell/use-me';
import { useAgentActions } from '../_lib/use-agent-actions';

const KEPT = 'Make another agent the default first';

export function AgentMenu({ agent }: { agent: Agent }) {
  const mayTalk = useMay('operator');
  const mayChange = useMay('admin');
  const actions = useAgentActions(agent);
  const [deleting, setDeleting] = useState(false);
  if (!mayTalk) return null;
  return (
    <>
      <RowMenu label={`Actions for ${agent.name}`}>
        <MenuItem icon={AudioLines} href={`/playground?agent=${agent.id}`} disabled={!agent.is_active}>Talk in the playground</MenuItem>
        {mayChange && (
          <>
            <MenuItem icon={Copy} onSelect={actions.duplicate}>Duplicate</MenuItem>
            <MenuItem icon={Star} disabled={agent.is_default || !agent.is_active} hint={agent.is_default ? 'It is the default' : undefined} onSelect={actions.makeDefault}>Make default</MenuItem>
            <MenuItem icon={Power} disabled={agent.is_default} hint={agent.is_default ? KEPT : undefined} onSelect={actions.toggle}>{agent.is_active ? 'Switch off' : 'Switch on'}</MenuItem>
            <MenuSeparator />
            <MenuItem icon={Trash2} danger disabled={agent.is_default} hint={agent.is_default ? KEPT : undefined} onSelect={() => setDeleting(true)}>Delete</MenuItem>
          </>
        )}
      </RowMenu>
      <Confirm
        open={deleting}
        onOpenChange={setDeleting}
        title={`Delete ${agent.name}?`}
        action="Delete agent"
        busy={actions.remove.isPending}
        problem={actions.remove.error?.message}
        onConfirm={() => actions.remove.mutate({ agent_id: agent.id })}
      >
        Its prompt, model and voice are gone for good. Conversations that it has had are kept. Devices that were given to it are answered by the default agent.
      </Confirm>
    </>
  );
}
