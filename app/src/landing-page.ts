import { createHash } from 'node:crypto'

import type { RequestHandler } from 'express'

const style =
  'body{font:16px/1.6 system-ui,sans-serif;max-width:34rem;margin:15vh auto;padding:0 1.5rem;color:#1c2024}'

const styleHash = createHash('sha256').update(style).digest('base64')

const page = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Plantel</title>
<meta name="viewport" content="width=device-width"><style>${style}</style></head>
<body><main><h1>Plantel</h1>
<p>This is a server for products: it keeps the team of a customer-messaging inbox in step with the
corporate directory. There is nothing to sign in to on this page; you find your team inside your inbox.</p>
<p>If you run this server, the README and the docs folder of your copy say how to go on, and
<code>plantel doctor</code> checks the installation.</p></main></body></html>
`

/** What somebody sees who opens the bare address; says nothing about versions. */
export const landingPage: RequestHandler = (_request, response) => {
  response
    .set(
      'content-security-policy',
      `default-src 'none'; style-src 'sha256-${styleHash}'; frame-ancestors 'none'`,
    )
    .type('html')
    .send(page)
}
