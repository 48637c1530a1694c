import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { brotliCompressSync, constants } from 'node:zlib'

import { build } from 'vite'

import { customElementsManifest } from './custom-elements-manifest.ts'
import { frameworkTypes } from './framework-types.ts'

/** Builds everything that the package offers at the same time, unless nothing it is made of has changed. */

process.chdir(import.meta.dirname)

/** How brotli may write down how far back something stands: which is best depends on the file. RFC 7932 §4. */
const waysToCount = [
  [0, 0],
  [1, 2],
  [2, 16],
  [3, 8],
] as const

const stamp = 'dist/.built-from'
const outputs = [
  'dist/standalone/team-widget.js',
  'dist/federation/remoteEntry.js',
  'dist/mock/team-mock.js',
  'dist/wrappers/react.js',
  'dist/custom-elements.json',
]

const inputs = globSync(['src/**/*.ts', '*.ts', '*.json', '../pnpm-lock.yaml'])
const digests = inputs
  .filter((file) => !file.endsWith('.test.ts'))
  .map((file) => `${file} ${createHash('sha256').update(readFileSync(file)).digest('hex')}`)
digests.sort()
const builtFrom = digests.join('\n')

const isFresh =
  outputs.every((file) => existsSync(file)) &&
  existsSync(stamp) &&
  readFileSync(stamp, 'utf8') === builtFrom

if (isFresh) {
  console.info('The widget is up to date.')
} else {
  await Promise.all([
    build({ configFile: 'vite.config.ts', logLevel: 'warn' }),
    build({ configFile: 'vite.federation.config.ts', logLevel: 'warn' }),
    build({ configFile: 'vite.mock.config.ts', logLevel: 'warn' }),
    build({ configFile: 'vite.wrappers.config.ts', logLevel: 'warn' }),
  ])
  writeFileSync(
    'dist/custom-elements.json',
    `${JSON.stringify(customElementsManifest(), null, 2)}\n`,
  )
  mkdirSync('dist/jsx', { recursive: true })
  for (const [framework, types] of Object.entries(frameworkTypes)) {
    writeFileSync(`dist/jsx/${framework}.d.ts`, types)
  }
  // Compressed once and as well as it can be, not anew for every reader.
  for (const file of globSync('dist/{standalone,federation}/**/*.js')) {
    const text = readFileSync(file)
    const tries = waysToCount.map(([postfix, direct]) =>
      brotliCompressSync(text, {
        params: {
          [constants.BROTLI_PARAM_NPOSTFIX]: postfix,
          [constants.BROTLI_PARAM_NDIRECT]: direct,
        },
      }),
    )
    tries.sort((one, other) => one.length - other.length)
    writeFileSync(`${file}.br`, tries[0] ?? text)
  }
  writeFileSync(stamp, builtFrom)
  console.info('The widget is built.')
}
