/** Nobody listens here: no system hands it out, so nobody comes to by chance, and it is none that fetch refuses to call. */
export const CLOSED_PORT = 4;
