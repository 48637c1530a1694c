import { randomBytes } from 'node:crypto'
import { mkdir, open, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'

import type { Config } from './config.ts'

/** The secret that seals all others; made on first use, readable by the owner only, when none was given. */
export async function loadSecret({ secret }: Pick<Config, 'secret'>): Promise<string> {
  if (secret.kind === 'given') return secret.value
  await mkdir(dirname(secret.file), { recursive: true, mode: 0o700 })
  try {
    // `wx`: of two that start at once, the second reads what the first one wrote.
    const file = await open(secret.file, 'wx', 0o600)
    try {
      await file.writeFile(`${randomBytes(32).toString('hex')}\n`)
      await file.sync()
    } finally {
      await file.close()
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
  return (await readFile(secret.file, 'utf8')).trim()
}
