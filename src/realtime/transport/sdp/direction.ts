/** RFC 3264 section 6.1, seen from whoever writes it. */
export const DIRECTIONS = ['sendrecv', 'sendonly', 'recvonly', 'inactive'] as const;
export type Direction = (typeof DIRECTIONS)[number];

export const sends = (direction: Direction): boolean => direction === 'sendrecv' || direction === 'sendonly';
export const receives = (direction: Direction): boolean => direction === 'sendrecv' || direction === 'recvonly';

const direction = (send: boolean, receive: boolean): Direction => (send ? (receive ? 'sendrecv' : 'sendonly') : receive ? 'recvonly' : 'inactive');

/** What we may do, when we want `wish` and the other side says `theirs`: their sending is our receiving. */
export const agree = (wish: Direction, theirs: Direction): Direction => direction(sends(wish) && receives(theirs), receives(wish) && sends(theirs));
