import { type Database, hashToken, inInstallation, type Sealer } from '@plantel/db'
import { createHost, createHostKey, findHostByName, findHostKey } from '@plantel/team'
import { z } from 'zod'

import { createDocuments } from './demo/documents.ts'

const hostName = 'Demo inbox'
const documentKey = 'host-key'
const sealedPlace = 'demo_documents.host-key'
const document = z.strictObject({ sealedKey: z.string() })

/** The inbox product of the demo, with a key that stays the same over restarts. */
export interface DemoHost {
  host: { id: string; name: string }
  hostKey: string
}

export async function openDemoHost(db: Database, sealer: Sealer): Promise<DemoHost> {
  const documents = createDocuments(db)
  const known = await findHostByName(db, hostName)
  const stored = await documents.load(documentKey, document)
  if (known !== undefined && stored !== undefined) {
    const hostKey = sealer.open(stored.sealedKey, sealedPlace)
    const key = await findHostKey(db, hashToken(hostKey))
    if (key?.hostId === known.id) return { host: known, hostKey }
  }
  const { host, plainKey } = await inInstallation(db, async (query) => {
    const { id } = known ?? (await createHost(query, { name: hostName, allowedOrigins: [] }))
    const { plainKey } = await createHostKey(query, id, { name: 'demo' })
    return { host: { id, name: hostName }, plainKey }
  })
  await documents.save(documentKey, { sealedKey: sealer.seal(plainKey, sealedPlace) })
  return { host, hostKey: plainKey }
}
