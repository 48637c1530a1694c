import type { Plugin } from 'vite'

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

/** Takes the indentation out of style sheets and templates, which a JavaScript minifier has to keep. */
export function minifyLiterals(): Plugin[] {
  return [
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
        // Nothing is interpolated: `unsafeCSS` does the same as `css` without the code that checks what is.
        handler: (code) => ({
          code: code
            .replace("import { css } from 'lit'", "import { unsafeCSS } from 'lit'")
            .replace(styleSheet, (text) => `unsafeCSS(${minifyCss(text.slice('css'.length))})`),
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
