import { defineConfig } from 'vite'

/** The React and Vue wrappers as modules that import nothing: the host gives its own React or Vue. */
export default defineConfig({
  build: {
    outDir: 'dist/wrappers',
    target: 'es2022',
    lib: {
      entry: { react: 'src/wrappers/react.ts', vue: 'src/wrappers/vue.ts' },
      formats: ['es'],
    },
  },
})
