import type { Sealer } from '@plantel/db'
import { createCertifiedKey } from '@plantel/idp-bridge'
import { z } from 'zod'

import type { SamlSigningKey } from '../directory/saml-idp.ts'
import type { Documents } from '../documents.ts'

const key = 'saml-key'
const place = 'demo_documents.saml-key'
const shape = z.object({ certificate: z.string(), sealedPrivateKey: z.string() })

/** With which the directories sign what they say by SAML; the same on every start. */
export async function loadSamlKey(documents: Documents, sealer: Sealer): Promise<SamlSigningKey> {
  const stored = await documents.load(key, shape)
  if (stored !== undefined) {
    const { certificate, sealedPrivateKey } = stored
    return { certificate, privateKey: sealer.open(sealedPrivateKey, place) }
  }
  const { certificate, privateKey } = await createCertifiedKey('Demo directory')
  await documents.save(key, { certificate, sealedPrivateKey: sealer.seal(privateKey, place) })
  return { certificate, privateKey }
}
