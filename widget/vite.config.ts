import { defineConfig } from 'vite'

import { minifyLiterals } from './minify-literals.ts'

/** The widget as an ES module: one entry with a stable name, languages and dialogs beside it. */
export default defineConfig({
  base: './',
  plugins: [minifyLiterals()],
  build: {
    outDir: 'dist/standalone',
    target: 'es2022',
    sourcemap: true,
    modulePreload: false,
    rolldownOptions: {
      input: 'src/index.ts',
      // Lazy chunks import what they share from the entry: one request instead of two.
      preserveEntrySignatures: 'allow-extension',
      output: {
        format: 'es',
        entryFileNames: 'team-widget.js',
        chunkFileNames: 'chunks/[name]-[hash].js',
      },
    },
  },
})
