import { federation } from '@module-federation/vite'
import { defineConfig } from 'vite'

import { leanLit } from './lean-lit.ts'
import { minifyLiterals } from './minify-literals.ts'

/** The widget as a Module Federation remote that shares nothing: `plantel_widget/team-widget`. */
export default defineConfig({
  base: './',
  plugins: [
    leanLit(),
    minifyLiterals(),
    federation({
      name: 'plantel_widget',
      filename: 'remoteEntry.js',
      manifest: true,
      dts: false,
      exposes: { './team-widget': './src/index.ts' },
      disableRemote: true,
    }),
  ],
  build: {
    outDir: 'dist/federation',
    target: 'es2022',
    sourcemap: true,
    modulePreload: false,
    rolldownOptions: { input: 'src/index.ts' },
  },
})
