import { readFileSync } from 'node:fs'

import { describe, expect, test } from 'vitest'

const lockfile = readFileSync(new URL('../../pnpm-lock.yaml', import.meta.url), 'utf8')
const packages = new Set(
  [...lockfile.matchAll(/^ {2}'?(@?[^@'\n]+)@[^:\n]+:$/gm)].map((match) => match[1] ?? ''),
)

/** Platforms a developer may sit at; a registry mirror that lacks one of them drops it without a word. */
const others = [
  ['darwin', 'arm64'],
  ['darwin', 'x64'],
  ['win32', 'x64'],
] as const

const spellings: Record<(typeof others)[number][0], readonly string[]> = {
  darwin: ['darwin'],
  win32: ['win32', 'windows', 'win'],
}

/** Names of native packages as `prefix-linux-x64-suffix`. */
const families = [...packages].flatMap((name) => {
  const match = /^(?<prefix>.*?)linux-x64(?:-gnu)?$/.exec(name)
  return match?.groups?.['prefix'] === undefined ? [] : [match.groups['prefix']]
})

function hasBinary(prefix: string, system: 'darwin' | 'win32', cpu: string): boolean {
  return [...packages].some((name) =>
    // Node publishes one of its platforms as node-bin-….
    [prefix, prefix === 'node-' ? 'node-bin-' : prefix].some((start) =>
      spellings[system].some((spelling) => name.startsWith(`${start}${spelling}-${cpu}`)),
    ),
  )
}

describe('the lockfile', () => {
  test('knows native packages', () => {
    expect(families).toEqual(
      expect.arrayContaining(['@rolldown/binding-', '@typescript/typescript-', 'node-']),
    )
  })

  test.each(families)('has %s* for macOS and Windows too', (prefix) => {
    const missing = others.filter(([system, cpu]) => !hasBinary(prefix, system, cpu))
    expect(missing).toEqual([])
  })
})
