import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { lockFolder } from './folder-lock.ts'

let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'plantel-lock-'))
})

afterEach(() => {
  rmSync(root, { recursive: true, force: true })
})

async function lockInAnotherProcess(folder: string): Promise<ChildProcess> {
  const script = `
    const { lockFolder } = await import(${JSON.stringify(new URL('./folder-lock.ts', import.meta.url))})
    globalThis.lock = lockFolder(${JSON.stringify(folder)})
    console.log('locked')
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  await once(child.stdout, 'data')
  return child
}

describe('lockFolder', () => {
  it('makes the folder and its parents, and can be taken again once released', () => {
    const folder = join(root, 'a', 'b')
    lockFolder(folder).release()
    lockFolder(folder).release()
    expect(existsSync(folder)).toBe(true)
  })

  it('refuses a second holder in the same process', () => {
    const lock = lockFolder(root)
    expect(() => lockFolder(root)).toThrow(expect.objectContaining({ code: 'folder-in-use' }))
    lock.release()
  })

  it('refuses while another process holds it, and not once that process was killed', async () => {
    const child = await lockInAnotherProcess(root)
    expect(() => lockFolder(root)).toThrow(expect.objectContaining({ code: 'folder-in-use' }))
    child.kill('SIGKILL')
    await once(child, 'exit')
    lockFolder(root).release()
  })

  it('says that a folder below a file can not be written', () => {
    const file = join(root, 'file')
    writeFileSync(file, '')
    for (const folder of [file, join(file, 'below')]) {
      expect(() => lockFolder(folder)).toThrow(
        expect.objectContaining({ code: 'folder-not-writable' }),
      )
    }
  })

  it('hides the warning that Node 22 gives about SQLite, and no other', async () => {
    const script = `
      const load = process.getBuiltinModule
      process.getBuiltinModule = (name) => {
        process.emitWarning('SQLite is an experimental feature', 'ExperimentalWarning')
        process.emitWarning('meanwhile')
        return load(name)
      }
      const { lockFolder } = await import(${JSON.stringify(new URL('./folder-lock.ts', import.meta.url))})
      lockFolder(${JSON.stringify(root)}).release()
      process.emitWarning('SQLite is an experimental feature: afterwards')`
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let errors = ''
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
    await once(child, 'close')
    expect(errors.match(/meanwhile|SQLite.*/g)).toEqual([
      'meanwhile',
      'SQLite is an experimental feature: afterwards',
    ])
  })
})
