/** When does silence become somebody's turn? */
export interface TurnStart {
  /** True on the frame with which the turn begins. */
  onFrame(probability: number, frameMs: number): boolean;
  reset(): void;
}
