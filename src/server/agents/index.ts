export { assertMayUseAgent, maySeeAgent, visibleTo, type UsableAgent } from './may-use-agent';
export { agentNotFound, findAgents, getAgent, getDefaultAgent, type AgentRow } from './queries';
