import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What tests keep between processes: beside the installed packages, where nobody commits it. */
export function cacheFolder(name: string): string {
  const root = fileURLToPath(new URL('../../node_modules/.cache/plantel/', import.meta.url))
  const folder = join(root, name)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return folder
}
