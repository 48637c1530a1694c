import { hash, randomBytes } from 'node:crypto'

/** Lets secret scanners tell whose token it is. */
export type SecretTokenPrefix = 'plt_scim' | 'plt_scim_secret' | 'plt_scim_access' | 'plt_host'

/** A new bearer secret of 256 bits; only its hash is stored, the plain text is shown once. */
export function createSecretToken(prefix: SecretTokenPrefix): {
  plainToken: string
  tokenHash: Buffer
} {
  const plainToken = `${prefix}_${randomBytes(32).toString('hex')}`
  return { plainToken, tokenHash: hashToken(plainToken) }
}

/** SHA-256. A fast hash is right here: 256 random bits can't be guessed, whatever the hash costs. */
export function hashToken(plainToken: string): Buffer {
  return hash('sha256', plainToken, 'buffer')
}
