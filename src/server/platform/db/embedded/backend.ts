/** The one Postgres session, as the multiplexer sees it. */
export interface Backend {
  /** Runs whole client messages and returns everything they produced. Synchronous: nothing else runs meanwhile. */
  exec(messages: Buffer): Buffer;
  /** Files inside the server's own file system, for COPY. */
  putFile(path: string, data: Buffer): void;
  removeFile(path: string): void;
  /** Something is committed that the disk does not have yet. */
  readonly walPending: boolean;
  /** Resolves when everything committed before the call is on the disk. */
  flushWal(): Promise<void>;
}
