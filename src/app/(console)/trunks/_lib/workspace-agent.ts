interface Choosable { id: string; name: string; is_active: boolean; is_default: boolean }

/** Who answers where neither a rule nor the trunk says it: the telephone's agent, else the workspace's. Those that are off are passed over. */
export function workspaceAgent(agents: readonly Choosable[] | undefined, telephoneAgentId: string | null | undefined): string | undefined {
  const usable = agents?.filter((agent) => agent.is_active) ?? [];
  return (usable.find(({ id }) => id === telephoneAgentId) ?? usable.find((agent) => agent.is_default))?.name;
}
