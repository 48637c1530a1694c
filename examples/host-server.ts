import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { extname } from 'node:path'

/** The example hosts. */
export type ExampleName = 'plain' | 'federation' | 'react' | 'vue'

export const exampleNames: readonly ExampleName[] = ['plain', 'federation', 'react', 'vue']

/** What an inbox product's own server knows. */
export interface ExampleHost {
  name: ExampleName
  /** Plantel's public URL. */
  plantelUrl: string
  hostKey: string
  /** Who is signed in: an inbox knows it by its session. */
  member: (workspace: string) => string
}

const built = new URL('dist/', import.meta.url)
const mediaTypes: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
}

/** An inbox product: serves its page under a strict policy, and mints tokens for who is signed in. */
export async function startExampleHost(
  host: ExampleHost,
  port = 0,
): Promise<{ url: string; close: () => void }> {
  const server = createServer((request, response) => {
    answer(host, request, response).catch((error: unknown) => {
      console.error(error)
      response.writeHead(500).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('No port was given.')
  return { url: `http://127.0.0.1:${address.port}`, close: () => void server.close() }
}

async function answer(
  host: ExampleHost,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://host')
  if (request.method === 'POST' && pathname === '/plantel-token') {
    await sendToken(host, searchParams.get('workspace') ?? '', response)
  } else if (pathname === '/') {
    await sendPage(host, response)
  } else if (/^\/assets\/[\w.-]+$/.test(pathname)) {
    sendAsset(host.name, pathname, response)
  } else {
    response.writeHead(404).end()
  }
}

/** Only the server has the host key; the page gets a token of one member for five minutes. */
async function sendToken(
  { plantelUrl, hostKey, member }: ExampleHost,
  workspace: string,
  response: ServerResponse,
): Promise<void> {
  const answer = await fetch(`${plantelUrl}/host/v1/widget-tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${hostKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ workspace, member: member(workspace) }),
  })
  response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text())
}

/** The page with the import map of Plantel's widget in it: which file it is, and what its content must be. */
async function sendPage(
  { name, plantelUrl }: ExampleHost,
  response: ServerResponse,
): Promise<void> {
  const importMap = await (await fetch(`${plantelUrl}/widget/importmap.json`)).text()
  const page = readFileSync(new URL(`${name}/index.html`, built), 'utf8')
    .replaceAll('%PLANTEL_URL%', plantelUrl)
    .replace('%IMPORT_MAP%', () => importMap)
  const [, inline = ''] = /<script type="importmap">([^]*?)<\/script>/.exec(page) ?? []
  const allowed = createHash('sha256').update(inline).digest('base64')
  response
    .writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': [
        "default-src 'none'",
        `script-src 'self' ${plantelUrl} 'sha256-${allowed}'`,
        "style-src 'self'",
        "img-src 'self' https: data:",
        `connect-src 'self' ${plantelUrl}`,
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        // Lit and Vue each make a policy for their own templates; nothing else may write HTML. A page with two versions
        // of the widget, or with Lit of its own, has two of the same name.
        "require-trusted-types-for 'script'",
        "trusted-types lit-html vue 'allow-duplicates'",
      ].join('; '),
    })
    .end(page)
}

function sendAsset(name: ExampleName, pathname: string, response: ServerResponse): void {
  const mediaType = mediaTypes[extname(pathname)]
  if (mediaType === undefined) {
    response.writeHead(404).end()
    return
  }
  const content = readFileSync(new URL(`${name}${pathname}`, built))
  response.writeHead(200, { 'content-type': mediaType }).end(content)
}
