import { hash, verify } from '@node-rs/argon2';

// The second choice of RFC 9106 made a little dearer: 64 MiB, three passes, one lane (a sign-in must not take every core).
const COST = { memoryCost: 65_536, timeCost: 3, parallelism: 1 };

/** argon2id, the library's default variant. */
export const hashPassword = (password: string): Promise<string> => hash(password, COST);

let nobody: Promise<string> | undefined;

/** Takes as long for an unknown user (`null`) as for a wrong password: time must not tell which addresses exist. */
export async function verifyPassword(passwordHash: string | null, password: string): Promise<boolean> {
  nobody ??= hashPassword('nobody has this password');
  const matches = await verify(passwordHash ?? (await nobody), password).catch(() => false);
  return passwordHash !== null && matches;
}
