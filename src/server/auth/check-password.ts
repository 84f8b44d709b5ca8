import { LONGEST_PASSWORD } from './credentials.contract';
import { verifyPassword } from './passwords';
import type { SignInThrottle } from './sign-in-throttle';

export interface PasswordCheck {
  email: string;
  /** The caller's. */
  address: string;
  passwordHash: string | null;
  password: string;
}

/** Every place that asks for a password counts its failures in one throttle: otherwise the weakest would be guessed at. Throws rate_limited. */
export async function checkPassword(throttle: SignInThrottle, check: PasswordCheck): Promise<boolean> {
  const email = check.email.toLowerCase();
  if (check.password.length > LONGEST_PASSWORD) return false;
  return throttle.attempt(email, check.address, () => verifyPassword(check.passwordHash, check.password));
}
