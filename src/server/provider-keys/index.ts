export { KEYS_MAX_AGE_MS, WorkspaceKeys } from './workspace-keys';
