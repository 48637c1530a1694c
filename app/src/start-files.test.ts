import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { createReadyFile } from './ready-file.ts'
import { loadSecret } from './secret-file.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plantel-files-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

function kept(): Parameters<typeof loadSecret>[0] {
  return { secret: { kind: 'kept', file: join(folder, 'new', 'secret') } }
}

function path(): string {
  return join(folder, 'demo.json')
}

describe('the secret of the demo', () => {
  it('is made once, readable by the owner only', async () => {
    const first = await loadSecret(kept())
    expect(first.length).toBeGreaterThanOrEqual(32)
    expect(await loadSecret(kept())).toBe(first)
    const { mode } = await stat(join(folder, 'new', 'secret'))
    expect(mode & 0o777).toBe(0o600)
  })

  it('is not written when one is given', async () => {
    expect(await loadSecret({ secret: { kind: 'given', value: 'given' } })).toBe('given')
    await expect(stat(join(folder, 'new'))).rejects.toThrow(/ENOENT/)
  })
})

describe('demo.json', () => {
  const ready = { url: 'http://localhost:1', workspaces: [], hostApi: { baseUrl: 'b', key: 'k' } }

  it('is written whole, readable by the owner only', async () => {
    await createReadyFile(folder).write(ready)
    expect(JSON.parse(await readFile(path(), 'utf8'))).toEqual(ready)
    expect((await stat(path())).mode & 0o777).toBe(0o600)
  })

  it('is gone after a start began', async () => {
    await createReadyFile(folder).write(ready)
    await createReadyFile(folder).remove()
    await expect(stat(path())).rejects.toThrow(/ENOENT/)
  })

  it('comes back when the start is refused, because it belongs to whoever runs', async () => {
    await createReadyFile(folder).write(ready)
    const second = createReadyFile(folder)
    await second.remove()
    await second.restore()
    expect(JSON.parse(await readFile(path(), 'utf8'))).toEqual(ready)
  })

  it('is not made up by a refused first start', async () => {
    const file = createReadyFile(folder)
    await file.remove()
    await file.restore()
    await expect(stat(path())).rejects.toThrow(/ENOENT/)
  })
})
