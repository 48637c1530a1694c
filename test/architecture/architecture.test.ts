import { existsSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

import { describe, expect, test } from 'vitest'

import { findCycle, importsOf, readImports } from './import-graph.ts'
import { layers, refuseImport } from './layers.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const edges = readImports(
  root,
  Object.keys(layers).map((layer) => `${layer}/src`),
)

describe('architecture', () => {
  test('every import goes down: no package and no room knows what stands above it', () => {
    expect(edges.length).toBeGreaterThan(100)
    expect(edges.map(refuseImport).filter((refusal) => refusal !== undefined)).toEqual([])
  })

  test('no file imports itself through others', () => {
    expect(findCycle(edges)).toBeUndefined()
  })

  test('every relative import names a file that exists, so that none escapes these rules', () => {
    const missing = edges.filter(
      ({ to }) => to !== undefined && !existsSync(path.join(root, to.replace(/\?.*$/, ''))),
    )
    expect(missing).toEqual([])
  })

  test.each([
    ['team/src/x.ts', "import { a } from '@plantel/scim-server'"],
    ['scim-server/src/x.ts', "import type { A } from '@plantel/idp-bridge'"],
    ['db/src/x.ts', "export * from '@plantel/team'"],
    ['db/src/x.ts', "const a = await import('@plantel/app')"],
    ['widget/src/x.ts', "import '@plantel/db'"],
    ['team/src/x.ts', "import { a } from '../../app/src/a.ts'"],
    ['scim-server/src/protocol/x.ts', "import { a } from '../http/a.ts'"],
    ['scim-server/src/protocol/x.ts', "import { sql } from 'kysely'"],
    ['app/src/x.ts', "import { Pool } from 'pg'"],
  ])('%s may not say %s', (from, text) => {
    const [edge] = importsOf(from, text)
    if (edge === undefined) throw new Error('the import was not seen')
    expect(refuseImport(edge)).toEqual(expect.any(String))
  })

  test('a cycle over three files is found, type imports included', () => {
    const cycle = [
      ...importsOf('a/src/one.ts', "import { two } from './two.ts'"),
      ...importsOf('a/src/two.ts', "import type { Three } from './deep/three.ts'"),
      ...importsOf('a/src/deep/three.ts', "\nexport { one } from '../one.ts'"),
    ]
    expect(findCycle(cycle)).toEqual([
      'a/src/one.ts',
      'a/src/two.ts',
      'a/src/deep/three.ts',
      'a/src/one.ts',
    ])
  })
})
