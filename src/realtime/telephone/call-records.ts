import type { BeginInboundCallOptions, FinishCallOptions, InboundCall, MoveCallOptions, NewCallEvent, TakenCall } from '@/server/calls';
import type { CallMedia } from '@/server/calls/tables';

/** Where calls are kept, as the telephone needs it. This node's name is the implementation's to know. */
export interface CallRecords {
  /** The next call that one of these trunks may dial; it is this node's from then on, and dialled by nobody else. */
  take(trunkIds: readonly string[]): Promise<TakenCall | null>;
  beginInbound(call: Omit<BeginInboundCallOptions, 'nodeId'>): Promise<InboundCall | 'busy'>;
  /** False: the record is somebody else's or over; whoever holds the call hangs up. */
  move(move: MoveCallOptions): Promise<boolean>;
  finish(end: FinishCallOptions): Promise<boolean>;
  addEvents(events: readonly NewCallEvent[]): Promise<void>;
  /** Of live calls, as it is now. */
  setMedia(rows: readonly { id: string; attemptId: string; media: CallMedia }[]): Promise<void>;
  /** Ends what dead nodes held, and what stands under this node's name but is none of these; how many. */
  reap(attemptIds: readonly string[]): Promise<number>;
}
