import { globSync, readFileSync } from 'node:fs'

import type { Plugin } from 'vite'

const ownProperty = /--_[a-z-]+/g
const styleSheet = /\bcss`[^`]*`/g

function minifyCss(text: string): string {
  return text
    .replace(/\/\*.*?\*\//gs, '')
    .replace(/\s+/g, ' ')
    .replace(/ ?([{};,]) ?/g, '$1')
    .replace(/: /g, ':')
    .replace(/;\}/g, '}')
    .replace(/(?<=[ :(,-])0\./g, '.')
    .replace(/(?<=[(`]) | (?=[)`])/g, '')
}

/** Short names for the custom properties of our own, the most frequent first; hosts set `--team-…`. */
function shortNames(): Map<string, string> {
  const counts = new Map<string, number>()
  const files = globSync('src/**/*.ts', { cwd: import.meta.dirname })
  files.sort()
  for (const file of files) {
    const text = readFileSync(`${import.meta.dirname}/${file}`, 'utf8')
    for (const [name] of text.matchAll(ownProperty)) counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  const names = [...counts]
  names.sort(([, one], [, other]) => other - one)
  return new Map(names.map(([name], index) => [name, `--_${index.toString(36)}`]))
}

/** Takes the indentation out of style sheets and templates, which a JavaScript minifier has to keep. */
export function minifyLiterals(): Plugin[] {
  const short = shortNames()
  return [
    {
      name: 'short-custom-properties',
      apply: 'build',
      enforce: 'pre',
      transform: {
        filter: { id: /\/src\/.*\.ts$/, code: /--_/ },
        handler: (code) => ({
          code: code.replace(ownProperty, (name) => short.get(name) ?? name),
          map: null,
        }),
      },
    },
    {
      // Elements are made with nothing to be passed on, and no chunk has anything to be loaded beside it.
      name: 'plain-output',
      apply: 'build',
      generateBundle: {
        order: 'post',
        handler(_options, bundle) {
          for (const chunk of Object.values(bundle)) {
            if (chunk.type !== 'chunk') continue
            chunk.code = chunk.code
              .replaceAll('constructor(...e){super(...e)', 'constructor(){super()')
              .replace(/\w+\(\(\)=>(import\(`[^`]+`\)),\[\],import\.meta\.url\)/g, '$1')
          }
        },
      },
    },
    {
      // There are no style sheets and no preloads beside our chunks for the helper to wait for.
      name: 'plain-dynamic-imports',
      apply: 'build',
      enforce: 'pre',
      load: {
        filter: { id: /vite\/preload-helper/ },
        handler: () => 'export const __vitePreload = (load) => load()',
      },
    },
    {
      name: 'minify-styles',
      apply: 'build',
      enforce: 'pre',
      transform: {
        filter: { id: /\/src\/.*\.styles\.ts$/ },
        // Nothing is interpolated, and `leanLit` takes strings.
        handler: (code) => ({
          code: code
            .replace("import { css } from 'lit'", '')
            .replace(styleSheet, (text) => minifyCss(text.slice('css'.length))),
          map: null,
        }),
      },
    },
    {
      name: 'minify-templates',
      apply: 'build',
      enforce: 'pre',
      transform: {
        filter: { id: { include: /\/src\/elements\/.*\.ts$/, exclude: /\.styles\.ts$/ } },
        // A line break means the same to HTML as a line break and spaces, and to JavaScript too.
        handler: (code) => ({
          code: code
            .replace(/>\n[ \t]+</g, '><')
            .replace(/\}\n[ \t]+<\//g, '}</')
            .replace(/\n[ \t]+(?=[@?.]?[a-z-]+=[$"])/g, ' ')
            .replace(/\n[ \t]+>/g, '>')
            .replace(/\n[ \t]+/g, '\n'),
          map: null,
        }),
      },
    },
  ]
}
