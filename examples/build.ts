import { fileURLToPath } from 'node:url'

import vue from '@vitejs/plugin-vue'
import { build } from 'vite'

import { type ExampleName, exampleNames } from './host-server.ts'

const folder = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** Builds one host's page as a product would: its own code bundled, the widget left to the import map. */
async function buildExample(name: ExampleName): Promise<void> {
  await build({
    configFile: false,
    root: folder(name),
    base: './',
    logLevel: 'warn',
    plugins: name === 'vue' ? [vue({ template: { compilerOptions: { isCustomElement } } })] : [],
    define: { __VUE_OPTIONS_API__: 'false' },
    build: {
      outDir: folder(`dist/${name}`),
      emptyOutDir: true,
      target: 'es2022',
      modulePreload: false,
      rolldownOptions: {
        external: ['@plantel/widget'],
        output: { entryFileNames: 'assets/main.js', assetFileNames: 'assets/[name][extname]' },
      },
    },
  })
}

const isCustomElement = (tag: string): boolean => tag.startsWith('team-')

process.env['NODE_ENV'] = 'production'
await Promise.all(exampleNames.map(buildExample))
