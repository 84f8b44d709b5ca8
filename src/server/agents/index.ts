export { assertMayUseAgent, maySeeAgent, visibleTo, type UsableAgent } from './may-use-agent';
export { modelSettings, type ModelSettings } from './model-settings';
export { agentNotFound, findAgents, getAgent, getDefaultAgent, type AgentRow } from './queries';
export { speechProblem } from './speech-problem';
export { speechSettings } from './speech-settings';
export { turnAgent } from './turn-agent';
