import type { Plugin } from 'vite'

const styleSheet = /\bcss`[^`]*`/g

/** Takes the indentation out of style sheets and templates, which a JavaScript minifier has to keep. */
export function minifyLiterals(): Plugin[] {
  return [
    {
      name: 'minify-styles',
      apply: 'build',
      enforce: 'pre',
      transform: {
        filter: { id: /\/src\/.*\.styles\.ts$/ },
        handler: (code) => ({
          code: code.replace(styleSheet, (text) =>
            text
              .replace(/\/\*.*?\*\//gs, '')
              .replace(/\s+/g, ' ')
              .replace(/ ?([{};,]) ?/g, '$1')
              .replace(/: /g, ':'),
          ),
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
        handler: (code) => ({ code: code.replace(/\n[ \t]+/g, '\n'), map: null }),
      },
    },
  ]
}
