export type { ChatEvent, NumberedEvent } from './chat-event';
export { createChatMetrics, type ChatMetrics } from './chat-metrics';
export type { ChatResult, ChatRun } from './chat-run';
export { createChatService, type ChatService, type ChatServiceDeps, type StartTurnInput, type TurnFiles } from './chat-service';
export type { ConversationRow, OpenChatInput, OpenedChat } from './open-chat';
export { restarting } from './restarting';
export { turnFailure } from './turn-failure';
export { messageIdsOf, turnIdOf } from './turn-id';
