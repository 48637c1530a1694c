import { hash, verify } from '@node-rs/argon2'

// OWASP's first choice for Argon2id, which is the library's default kind: 19 MiB, two passes, one lane.
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** The password as it is kept; takes some ten milliseconds beside the event loop. PHC string format. */
export function hashPassword(password: string): Promise<string> {
  return hash(canonical(password), cost)
}

/** A hash that no password has, to spend on unknown people the time that known ones take. */
const nobody: Promise<string> = hashPassword(crypto.randomUUID())

/** Whether this is the password; as slow for somebody who has none. */
export async function isPassword(stored: string | undefined, password: string): Promise<boolean> {
  const fits = await verify(stored ?? (await nobody), canonical(password))
  return fits && stored !== undefined
}

/** The same keys on another keyboard are the same password. NIST SP 800-63B §3.1.1.2. */
function canonical(password: string): string {
  return password.normalize('NFKC')
}
