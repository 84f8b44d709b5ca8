/** Live calls, on whichever realtime node holds them: asked over its control API, never through the database. */
export interface CallControl {
  /** Says it into an answered call, over whatever is being said. @throws AppError not_found: no node holds the call · conflict: it is not answered · unavailable */
  speak(id: string, message: string): Promise<void>;
  /** Ends it in whatever state it is. @throws AppError not_found · unavailable */
  hangUp(id: string): Promise<void>;
}
