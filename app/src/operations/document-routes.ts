import { createRequire } from 'node:module'

import type { RequestHandler, Response } from 'express'

import type { Route } from '../route-table.ts'
import type { Api } from './api.ts'
import { createOpenApiDocument } from './openapi-document.ts'

const { resolve } = createRequire(import.meta.url)

const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Without a console: keys are not to be typed into pages. Without a validator: that would be somebody else's server. */
const script = `'use strict'
SwaggerUIBundle({
  url: 'openapi.json',
  dom_id: '#document',
  deepLinking: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  supportedSubmitMethods: [],
  validatorUrl: null,
  plugins: [{ components: { AuthorizeBtnContainer: () => null, authorizeOperationBtn: () => null } }],
})
`

/** The document of an API at `openapi.json`, and the same to read at `docs`. Neither needs a credential: nothing in them is secret. */
export function documentRoutes<Caller>(api: Api<Caller>): Route[] {
  let json: string | undefined
  return [
    [
      'get',
      '/openapi.json',
      (_request, response) => {
        json ??= JSON.stringify(createOpenApiDocument(api))
        // For everybody, and so for nobody's cookies.
        response.removeHeader('access-control-allow-credentials')
        response.set('access-control-allow-origin', '*')
        response.set('cross-origin-resource-policy', 'cross-origin')
        cacheable(response).type('application/json').send(json)
      },
    ],
    [
      'get',
      '/docs',
      (_request, response) => {
        response.set('content-security-policy', contentSecurityPolicy)
        cacheable(response).type('text/html').send(page(api.title))
      },
    ],
    [
      'get',
      '/docs/docs.js',
      (_request, response) => void cacheable(response).type('text/javascript').send(script),
    ],
    ['get', '/docs/swagger-ui.css', sendAsset('swagger-ui.css')],
    ['get', '/docs/swagger-ui-bundle.js', sendAsset('swagger-ui-bundle.js')],
  ]
}

function cacheable(response: Response): Response {
  return response.set('cache-control', 'no-cache')
}

function sendAsset(name: string): RequestHandler {
  return (_request, response) => {
    response.sendFile(resolve(`swagger-ui-dist/${name}`), {
      cacheControl: false,
      // Package managers keep packages in folders such as `.pnpm`.
      dotfiles: 'allow',
      headers: { 'cache-control': 'no-cache' },
    })
  }
}

function page(title: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${title}</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="docs/swagger-ui.css">
  </head>
  <body>
    <div id="document"></div>
    <script src="docs/swagger-ui-bundle.js"></script>
    <script src="docs/docs.js"></script>
  </body>
</html>
`
}
