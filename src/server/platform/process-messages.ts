/**
 * What the supervisor and its children say to each other over Node's IPC channel. A child says `ready` once it serves;
 * the supervisor says `drain` (same meaning as SIGTERM), and a child whose channel closes drains too: nobody is orphaned.
 */
export type ChildMessage =
  | { type: 'ready'; name: string; /** e.g. the database URL or the speech server's base URL */ url?: string }
  | { type: 'fatal'; name: string; /** one line for people: what is wrong and the mend */ message: string };

export type SupervisorMessage = { type: 'drain' };

/** Exit code of a child that cannot start until a person mends something: the supervisor prints its line and stops with 1. */
export const EXIT_NEEDS_MENDING = 78; // EX_CONFIG of sysexits.h
