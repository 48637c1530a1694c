import type { Plugin } from 'vite'

const styleSheet = /\bcss`[^`]*`/g

/** Takes the indentation out of style sheets, which a JavaScript minifier has to keep. */
export function minifyStyles(): Plugin {
  return {
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
  }
}
