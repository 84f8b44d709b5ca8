import { z } from 'zod';
import { storable } from '../api/fields.contract';

/** What people type to get in; the same rules wherever they type it. RFC 5321's longest address is 254 characters. */
export const LONGEST_EMAIL = 254;
export const SHORTEST_PASSWORD = 10;
export const LONGEST_PASSWORD = 1_024;

export const email = z.string().trim().toLowerCase().max(LONGEST_EMAIL, `must have at most ${LONGEST_EMAIL} characters`).pipe(z.email('must be an e-mail address'));

/** A password that is being chosen. Length is what makes one strong; nothing else is asked of it. */
export const newPassword = z.string()
  .min(SHORTEST_PASSWORD, `must have at least ${SHORTEST_PASSWORD} characters`)
  .max(LONGEST_PASSWORD, `must have at most ${LONGEST_PASSWORD} characters`);

/** A password that is being checked: it may be older than the rules. */
export const givenPassword = z.string().min(1, 'must not be empty').max(LONGEST_PASSWORD, `must have at most ${LONGEST_PASSWORD} characters`);

export const personName = storable(z.string().trim().min(1, 'must not be empty').max(100, 'must have at most 100 characters'));
