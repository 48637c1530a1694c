import { type Database, inInstallation, type Sealer } from '@plantel/db'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose'

/** ES256 is what we sign with; RS256 is there for clients that know nothing else. */
type SigningAlgorithm = 'ES256' | 'RS256'

/** A key pair with which Plantel signs, as a private JWK with `kid`, `alg` and `use`. */
export interface SigningKey {
  kid: string
  algorithm: SigningAlgorithm
  privateJwk: JWK
  publicJwk: JWK
  /** A retired key only verifies. */
  isCurrent: boolean
}

const algorithms: readonly SigningAlgorithm[] = ['ES256', 'RS256']
const privateKeyPlace = 'signing_keys.sealed_private_jwk'

/**
 * The installation's signing keys, current ones first, made when they don't exist yet. Replicas
 * that start together all get the keys of whichever was first.
 */
export async function loadSigningKeys(db: Database, sealer: Sealer): Promise<SigningKey[]> {
  const keys = await readSigningKeys(db, sealer)
  const missing = algorithms.filter(
    (algorithm) => !keys.some((key) => key.isCurrent && key.algorithm === algorithm),
  )
  if (missing.length === 0) return keys
  for (const algorithm of missing) await addSigningKey(db, sealer, algorithm)
  return readSigningKeys(db, sealer)
}

/** Whether the database still holds exactly these keys, with the same ones retired. */
export async function areSigningKeysCurrent(
  db: Database,
  keys: readonly SigningKey[],
): Promise<boolean> {
  const rows = await db.query.selectFrom('signing_keys').select(['id', 'retired_at']).execute()
  const stored = new Map(rows.map(({ id, retired_at }) => [id, retired_at === null]))
  return (
    stored.size === keys.length && keys.every(({ kid, isCurrent }) => stored.get(kid) === isCurrent)
  )
}

async function readSigningKeys(db: Database, sealer: Sealer): Promise<SigningKey[]> {
  const rows = await db.query
    .selectFrom('signing_keys')
    .selectAll()
    .orderBy('retired_at', (order) => order.desc().nullsFirst())
    .orderBy('algorithm')
    .execute()
  return rows.map((row) => ({
    kid: row.id,
    algorithm: row.algorithm,
    privateJwk: JSON.parse(sealer.open(row.sealed_private_jwk, privateKeyPlace)) as JWK,
    publicJwk: row.public_jwk as JWK,
    isCurrent: row.retired_at === null,
  }))
}

async function addSigningKey(
  db: Database,
  sealer: Sealer,
  algorithm: SigningAlgorithm,
): Promise<void> {
  const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true })
  const publicJwk = await exportJWK(publicKey)
  const marks = { kid: await calculateJwkThumbprint(publicJwk), alg: algorithm, use: 'sig' }
  const privateJwk = { ...(await exportJWK(privateKey)), ...marks }
  await inInstallation(db, (query) =>
    query
      .insertInto('signing_keys')
      .values({
        id: marks.kid,
        algorithm,
        public_jwk: JSON.stringify({ ...publicJwk, ...marks }),
        sealed_private_jwk: sealer.seal(JSON.stringify(privateJwk), privateKeyPlace),
        retired_at: null,
      })
      // Another replica's key is as good as ours.
      .onConflict((conflict) => conflict.doNothing())
      .execute(),
  )
}
