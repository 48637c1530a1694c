import { readFile, readdir } from 'node:fs/promises'
import { extname } from 'node:path'

import express, { type Router } from 'express'

const mediaTypes: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** `tsc` copies no style sheets: from the source and from `dist` alike this leads to the source's folder. */
const folder = new URL('../../../src/demo/public/', import.meta.url)

/** The demo's style sheets and browser scripts, a closed list read once. */
export async function createAssetRoutes(): Promise<Router> {
  const router = express.Router()
  for (const name of await readdir(folder)) {
    const type = mediaTypes[extname(name)]
    if (type === undefined) continue
    const content = await readFile(new URL(name, folder))
    router.get(`/${name}`, (_request, response) => {
      response
        .set({
          'content-type': type,
          'cache-control': 'no-cache',
          'x-content-type-options': 'nosniff',
        })
        .send(content)
    })
  }
  return router
}
