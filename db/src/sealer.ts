import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'

/** Seals secrets that must be read again, so that a copy of the database alone gives none of them away. */
export interface Sealer {
  /** `place` is where the secret is stored (`host_clients.sealed_secret`): it opens nowhere else. */
  seal: (plain: string, place: string) => string
  /** Throws when the text was changed, belongs elsewhere, or was sealed under another secret. */
  open: (sealed: string, place: string) => string
}

/** `v1.<key id>.<salt>.<nonce>.<ciphertext and tag>`, each part base64url. */
const version = 'v1'

/** Tells which secret sealed a record without telling anything about the secret. */
export function sealingKeyId(secret: string): string {
  return createHash('sha256').update(`plantel key id\0${secret}`).digest('base64url').slice(0, 8)
}

/**
 * AES-256-GCM under a key per record, derived by HKDF from `secret` (`PLANTEL_SECRET`, at least 32 characters). What was
 * sealed under `formerSecret` still opens; nothing is sealed under it any more.
 */
export function createSealer(secret: string, formerSecret?: string): Sealer {
  if (secret.length < 32) throw new Error('The sealing secret needs at least 32 characters.')
  const keyId = sealingKeyId(secret)
  const secrets = new Map([[keyId, secret]])
  if (formerSecret !== undefined) secrets.set(sealingKeyId(formerSecret), formerSecret)

  function recordKey(salt: Buffer, from = secret): Buffer {
    return Buffer.from(hkdfSync('sha256', from, salt, 'plantel sealed record', 32))
  }

  return {
    seal(plain, place) {
      const salt = randomBytes(16)
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', recordKey(salt), nonce).setAAD(
        Buffer.from(place),
      )
      const sealed = Buffer.concat([
        cipher.update(plain, 'utf8'),
        cipher.final(),
        cipher.getAuthTag(),
      ])
      return [
        version,
        keyId,
        salt.toString('base64url'),
        nonce.toString('base64url'),
        sealed.toString('base64url'),
      ].join('.')
    },
    open(text, place) {
      const [foundVersion, foundKeyId, salt, nonce, sealed] = text.split('.')
      if (
        foundVersion !== version ||
        foundKeyId === undefined ||
        salt === undefined ||
        nonce === undefined ||
        sealed === undefined
      ) {
        throw new Error(`Not a sealed secret (${place}).`)
      }
      const found = secrets.get(foundKeyId)
      if (found === undefined) {
        throw new Error(`${place} was sealed under another PLANTEL_SECRET.`)
      }
      const bytes = Buffer.from(sealed, 'base64url')
      const decipher = createDecipheriv(
        'aes-256-gcm',
        recordKey(Buffer.from(salt, 'base64url'), found),
        Buffer.from(nonce, 'base64url'),
      )
        .setAAD(Buffer.from(place))
        .setAuthTag(bytes.subarray(-16))
      return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]).toString(
        'utf8',
      )
    },
  }
}
