/** Whoever waits for it goes on once it is opened; closed again it never is. */
export class Latch {
  open!: () => void;
  readonly opened = new Promise<void>((resolve) => { this.open = resolve; });
}
