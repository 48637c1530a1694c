import { randomBytes } from 'node:crypto'

import type { Sealer } from '@plantel/db'
import { exportJWK, generateKeyPair } from 'jose'
import { z } from 'zod'

import { companies } from '../companies/index.ts'
import type { Documents } from '../documents.ts'

/** What only the demo itself may know of its directories. */
export interface DemoSecrets {
  /** Private signing keys of the directory's OpenID provider. */
  jwks: { keys: Record<string, unknown>[] }
  cookieKey: string
  /** With which Plantel identifies itself to the directory's OpenID provider, by company. */
  clientSecrets: Record<string, string>
}

const shape: z.ZodType<DemoSecrets> = z.object({
  jwks: z.object({ keys: z.array(z.record(z.string(), z.unknown())) }),
  cookieKey: z.string(),
  clientSecrets: z.record(z.string(), z.string()),
})

const key = 'secrets'
const place = 'demo_documents.secrets'

/** The same on every start, or sign-ins and connections made earlier would break. */
export async function loadDemoSecrets(documents: Documents, sealer: Sealer): Promise<DemoSecrets> {
  const stored = await documents.load(key, z.object({ sealed: z.string() }))
  if (stored !== undefined) {
    const parsed: unknown = JSON.parse(sealer.open(stored.sealed, place))
    return shape.parse(parsed)
  }
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })
  const secrets: DemoSecrets = {
    jwks: {
      keys: [
        {
          ...(await exportJWK(privateKey)),
          kid: randomBytes(6).toString('base64url'),
          alg: 'RS256',
          use: 'sig',
        },
      ],
    },
    cookieKey: randomBytes(32).toString('base64url'),
    clientSecrets: Object.fromEntries(
      companies.map(({ slug }) => [slug, randomBytes(32).toString('base64url')]),
    ),
  }
  await documents.save(key, { sealed: sealer.seal(JSON.stringify(secrets), place) })
  return secrets
}
