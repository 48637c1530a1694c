import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'

import { migrations } from '../migrations/index.ts'

/** Changes whenever a migrated database would look different: templates are kept under this name. */
export function migrationsFingerprint(): string {
  const folder = new URL('../migrations/', import.meta.url)
  const files = readdirSync(folder).toSorted()
  const hash = createHash('sha256')
  for (const file of files) hash.update(file).update(readFileSync(new URL(file, folder)))
  // What this process knows: a file may have come since it started.
  hash.update(Object.keys(migrations).join())
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  hash.update(readFileSync(new URL(`../migrate.${extension}`, import.meta.url)))
  return hash.digest('hex').slice(0, 12)
}
