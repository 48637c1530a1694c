import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

import express, { type Router } from 'express'

/** Where a page imports the Module Federation runtime from. */
export const federationRuntimePath = '/assets/federation/runtime.js'

/** The package's imports stand at the beginning of a line, one line each. */
const specifier = /^((?:import|export)\b[^"\n]*)"([^"\n]+)"/gm

/**
 * The Module Federation runtime as its package ships it, for browsers without a build step: imports by
 * package name become paths, and only what the runtime itself imports is served.
 */
export async function createFederationRoutes(): Promise<Router> {
  const modules = new Map<string, string>()
  const root = import.meta.resolve('@module-federation/runtime')
  await collect(root, modules)
  const router = express.Router()
  router.get('/assets/federation/{*path}', (request, response, next) => {
    const source = modules.get(request.path)
    if (source === undefined) {
      next()
      return
    }
    response
      .set({
        'content-type': 'text/javascript; charset=utf-8',
        'cache-control': 'no-cache',
        'x-content-type-options': 'nosniff',
      })
      .send(source)
  })
  router.get(federationRuntimePath, (_request, response) => {
    response
      .set('content-type', 'text/javascript; charset=utf-8')
      .send(`export { createInstance } from ${JSON.stringify(pathOf(root))}\n`)
  })
  return router
}

async function collect(url: string, modules: Map<string, string>): Promise<void> {
  const path = pathOf(url)
  if (modules.has(path)) return
  const source = await readFile(new URL(url), 'utf8')
  const imports: string[] = []
  modules.set(
    path,
    source.replaceAll(specifier, (_whole, statement: string, name: string) => {
      const target = resolveImport(name, url)
      imports.push(target)
      return `${statement}${JSON.stringify(pathOf(target))}`
    }),
  )
  for (const target of imports) await collect(target, modules)
}

/** Only `require.resolve` takes a parent; the ES module lies beside the CommonJS file that it finds. */
function resolveImport(name: string, parent: string): string {
  if (name.startsWith('.')) return new URL(name, parent).href
  const stem = createRequire(parent)
    .resolve(name)
    .replace(/\.cjs$/, '')
  const file = [`${stem}.js`, `${stem}.mjs`].find((candidate) => existsSync(candidate))
  if (file === undefined) throw new Error(`${name} has no ES module for browsers.`)
  return pathToFileURL(file).href
}

/** `/assets/federation/runtime-core/dist/index.js` */
function pathOf(url: string): string {
  const file = fileURLToPath(url)
  const scope = `${sep}@module-federation${sep}`
  const name = file.slice(file.lastIndexOf(scope) + scope.length).replaceAll(sep, '/')
  return `/assets/federation/${name}`
}
