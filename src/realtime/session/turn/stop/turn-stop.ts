/** What a frame means to a turn that is under way. `paused`, `resumed` and `ended` are said once each time. */
export type TurnProgress = 'speaking' | 'silent' | 'paused' | 'resumed' | 'ended';

/** When is a person done? */
export interface TurnStop {
  onFrame(probability: number, frameMs: number): TurnProgress;
  reset(): void;
}
