/** What realtime and other domains use of calls. */
export { beginInboundCall, type BeginInboundCallOptions, type InboundCall } from './begin-inbound-call';
export { recordCallEvents, type NewCallEvent } from './call-event';
export type { CallEndState } from './call-state';
export type { CallControl } from './call-control';
export { cancelCall } from './cancel-call';
export { databaseTelephony } from './database-telephony';
export type { CallResult } from './end-call';
export { finishCall, type FinishCallOptions } from './finish-call';
export { moveCall, type MoveCallOptions } from './move-call';
export { CALLS_CHANNEL } from './notify-calls';
export { placeCall, type PlaceCallOptions } from './place-call';
export { endCallsOfEarlierLives, reapCalls, type ReapCallsOptions } from './reap-calls';
export { takeCall, type TakeCallOptions, type TakenCall } from './take-call';
