import type { WireState } from '../contract/realtime-events';

/*
 *                commit / endpoint            transcript             first audio
 *   listening ──────────────────▶ transcribing ─────────▶ thinking ─────────────▶ speaking
 *      ▲  │                            │                   ▲   │                     │
 *      │  └──────── input_text ────────┼───────────────────┘   │                     │
 *      │                               │                       │                     │
 *      ├───── empty, error ────────────┘                       │                     │
 *      ├───── error, cancel, text-only reply done ─────────────┘                     │
 *      └───── reply played, cancelled, interrupted ──────────────────────────────────┘
 *   A greeting goes listening ─▶ speaking. Any state ── close ──▶ closed.
 */
export type SessionState = WireState | 'closed';

const MOVES: Record<SessionState, readonly SessionState[]> = {
  listening: ['transcribing', 'thinking', 'speaking', 'closed'],
  transcribing: ['thinking', 'listening', 'closed'],
  thinking: ['speaking', 'listening', 'closed'],
  speaking: ['listening', 'closed'],
  closed: [],
};

export const canMove = (from: SessionState, to: SessionState): boolean => MOVES[from].includes(to);
