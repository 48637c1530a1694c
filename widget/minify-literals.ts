import { globSync, readFileSync } from 'node:fs'

import type { Plugin } from 'vite'

import { shortenNames } from './short-names.ts'

const ownProperty = /--_[a-z-]+/g
const styleSheet = /\bcss`[^`]*`/g

/** `preload(() => import(…), [], import.meta.url)`, or with what is wanted of the file. */
const preloaded =
  /\w+\((?:async)?\(\)=>(?:\{let\{[^}]*\}=await )?(import\(`[^`]+`\)(?:\.then\(\w=>\w\.\w+\))?)(?:;return\{[^}]*\}\})?,\[\],import\.meta\.url\)/g

/** What makes an object of a module's exports for those who import it while running. */
const namespaceMaker =
  /var \w+=Object\.defineProperty,(\w+)=\(e,t\)=>\{let n=\{\};for\(var r in e\).+?`Module`\}\),n\};/

/** An object with getters does as well: nobody asks for its tag. */
function plainNamespaces(code: string): string {
  const maker = namespaceMaker.exec(code)?.[1]
  if (maker === undefined) return code
  return code
    .replace(namespaceMaker, '')
    .replace(
      new RegExp(`\\b${maker}\\(\\{((?:\\w+:\\(\\)=>\\w+,?)*)\\}\\)`, 'g'),
      (_, members: string) => `{${members.replace(/(\w+):\(\)=>(\w+)/g, 'get $1(){return $2}')}}`,
    )
}

function minifyCss(text: string): string {
  return text
    .replace(/\/\*.*?\*\//gs, '')
    .replace(/\s+/g, ' ')
    .replace(/ ?([{};,]) ?/g, '$1')
    .replace(/: /g, ':')
    .replace(/;\}/g, '}')
    .replace(/(?<=[ :(,-])0\./g, '.')
    .replace(/=(['"])([a-z-]+)\1\]/g, '=$2]')
    .replace(/ > /g, '>')
    .replace(/::(before|after)/g, ':$1')
    .replace(/#ffffff\b/g, '#fff')
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
            chunk.code = shortenNames(plainNamespaces(chunk.code))
              .replaceAll('constructor(...e){super(...e)', 'constructor(){super()')
              .replace(preloaded, '$1')
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
            // Between what stands beside each other a space is seen; at the beginning of an element it is not.
            .replace(/(<\/[a-z\d-]+>|\/>|>)\n[ \t]+(?=\$\{)/g, (text, end) =>
              end === '>' ? '>' : text,
            )
            .replace(/\n[ \t]+(?=[@?.]?[a-z-]+=[$"])/g, ' ')
            .replace(/\n[ \t]+>/g, '>')
            .replace(/\n[ \t]+/g, '\n'),
          map: null,
        }),
      },
    },
  ]
}
