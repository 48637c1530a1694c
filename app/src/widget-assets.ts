import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import express, { type RequestHandler, Router } from 'express'
import { z } from 'zod'

import type { Logger } from './logger.ts'
import { importMapOf, readWidgetRelease } from './widget-release.ts'

const widgetFolder = new URL('../../widget/', import.meta.url)
const standaloneFolder = fileURLToPath(new URL('dist/standalone', widgetFolder))
const federationFolder = fileURLToPath(new URL('dist/federation', widgetFolder))

/** Files whose name holds a hash of their content never change. */
const hashedFile = /[/\\](?:assets|chunks)[/\\][^/\\]+-[\w-]{6,8}\.(?:js|css|woff2)(?:\.map)?$/

const howToBuild =
  'The widget has not been built. Run: npx -y pnpm@12 --filter @plantel/widget run build'

/** The built widget on disk. */
export interface WidgetBundle {
  version: string
  /** What is missing and what to run, or undefined when all is there. */
  problem: string | undefined
}

export function readWidgetBundle(): WidgetBundle {
  const text = readFileSync(new URL('package.json', widgetFolder), 'utf8')
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(text))
  const isBuilt = [
    `${standaloneFolder}/team-widget.js`,
    `${federationFolder}/remoteEntry.js`,
  ].every((file) => existsSync(file))
  return { version, problem: isBuilt ? undefined : howToBuild }
}

/**
 * Serves to any page the ES module, for good at the address that `/widget/importmap.json` names and of this version at
 * `/widget/<version>/team-widget.js`, and the federation remote at `/widget/remoteEntry.js`.
 */
export function createWidgetAssets(bundle: WidgetBundle, publicUrl: string, log: Logger): Router {
  const router = Router()
  if (bundle.problem !== undefined) {
    const { problem } = bundle
    log.error(problem)
    router.use((_request, response) => {
      response.status(503).set('cache-control', 'no-store').type('text/plain').send(`${problem}\n`)
    })
    return router
  }
  router.use((_request, response, next) => {
    // Scripts without secrets: which pages may call the API is decided there.
    response.set('access-control-allow-origin', '*')
    response.set('cross-origin-resource-policy', 'cross-origin')
    next()
  })
  const release = readWidgetRelease(standaloneFolder, bundle.version)
  const importMap = importMapOf(release, publicUrl)
  router.get('/importmap.json', (_request, response) => {
    response.set('cache-control', 'no-cache').json(importMap)
  })
  for (const [path, folder, immutable] of [
    [`/${release.path}`, standaloneFolder, /^/],
    [`/${bundle.version}`, standaloneFolder, hashedFile],
    ['/', federationFolder, hashedFile],
  ] as const) {
    router.use(path, preferBrotli(folder), express.static(folder, scriptOptions(immutable)))
  }
  return router
}

function scriptOptions(immutable: RegExp): Parameters<typeof express.static>[1] {
  return {
    index: false,
    redirect: false,
    cacheControl: false,
    setHeaders: (response, path) => {
      const file = path.replace(/\.br$/, '')
      const lifetime = immutable.test(file) ? 'public, max-age=31536000, immutable' : 'no-cache'
      response.setHeader('cache-control', lifetime)
      if (file === path) return
      response.setHeader('content-type', 'text/javascript; charset=utf-8')
      response.setHeader('content-encoding', 'br')
    },
  }
}

/** Lets the next handler answer with the compressed twin that the build left beside a script. */
function preferBrotli(folder: string): RequestHandler {
  return (request, response, next) => {
    response.vary('Accept-Encoding')
    const isScript = /^\/(?:[\w-]+\/)?[\w.-]+\.js$/.test(request.path)
    if (isScript && request.acceptsEncodings('br') !== false) {
      const twin = `${request.path}.br`
      if (existsSync(`${folder}${twin}`)) request.url = twin
    }
    next()
  }
}
