import { defineConfig } from 'vite'

import { leanLit } from './lean-lit.ts'
import { minifyLiterals } from './minify-literals.ts'

/** The widget as an ES module: one entry with a stable name, languages and dialogs beside it. */
export default defineConfig({
  base: './',
  plugins: [leanLit(), minifyLiterals()],
  build: {
    outDir: 'dist/standalone',
    target: 'es2022',
    // Beside the files, and not named in them: nobody's browser needs to be told.
    sourcemap: 'hidden',
    modulePreload: false,
    rolldownOptions: {
      input: 'src/index.ts',
      // Lazy chunks import what they share from the entry: one request instead of two.
      preserveEntrySignatures: 'allow-extension',
      output: {
        format: 'es',
        entryFileNames: 'team-widget.js',
        chunkFileNames: 'chunks/[name]-[hash:6].js',
        // Few files: what is wanted together comes together, and compresses better.
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [
            // Style sheets compress best beside style sheets.
            {
              name: 'looks',
              test: /elements\/(?!team-(?:widget|member-list)\/).*\.styles\.ts$/,
              priority: 1,
            },
            {
              name: 'parts',
              test: /elements\/(?:parts\/(?!difference|follow-job|progress)|team-toast|team-choice-list|team-person-picker|team-bulk-bar|team-change-notice|team-filters|close-button|define-elements)|src\/screens\/(?!people|many|settings|reactive)|change-events|save-controller|api\/(?:ask|people-api)|i18n\/(?:load-words|roles\/describe)/,
            },
          ],
        },
      },
    },
  },
})
