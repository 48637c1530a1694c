import { defineConfig } from 'vite'

/** The Team API in memory as one module, for a host's component workshop and its tests. */
export default defineConfig({
  build: {
    outDir: 'dist/mock',
    target: 'es2022',
    lib: {
      entry: 'src/testing/index.ts',
      formats: ['es'],
      fileName: () => 'team-mock.js',
    },
  },
})
