import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Where an inbox's page is, with the widget at `/` and the least that a list can be at `/bare`. */
export interface WidgetHost {
  url: string
  close: () => void
}

/** Serves a page with the widget of one workspace, as one of its members sees it. */
export async function startWidgetHost(options: {
  plantelUrl: string
  hostKey: string
  workspace: string
  member: string
  /** English unless told. */
  language?: string
}): Promise<WidgetHost> {
  const { plantelUrl, hostKey, workspace, member, language = 'en' } = options
  const callHostApi = (path: string, method: string, body: unknown): Promise<Response> =>
    fetch(`${plantelUrl}/host/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${hostKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  const map = await fetch(`${plantelUrl}/widget/importmap.json`)
  const { imports } = (await map.json()) as { imports: Record<string, string> }
  const pages: Readonly<Record<string, string>> = {
    '/': widgetPage(plantelUrl, imports['@plantel/widget'] ?? '', language),
    '/bare': barePage(plantelUrl),
    '/empty': '<!doctype html><title>Host</title><link rel="icon" href="data:,">',
  }
  const server = createServer(async (request, response) => {
    if (request.url === '/token') {
      const token = await callHostApi('/widget-tokens', 'POST', { workspace, member })
      response.setHeader('content-type', 'application/json').end(await token.text())
      return
    }
    response.setHeader('content-type', 'text/html').end(pages[request.url ?? '/'] ?? '')
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const allowed = await callHostApi('/allowed-origins', 'PUT', { origins: [url] })
  if (!allowed.ok) throw new Error(`The origin was refused: ${await allowed.text()}`)
  return { url, close: () => void server.close() }
}

function widgetPage(plantelUrl: string, widgetUrl: string, language: string): string {
  return `<!doctype html><html lang="${language}"><meta charset="utf-8"><title>Host</title>
    <meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">
    <style>body { margin: 0 } team-widget { display: block; block-size: 100vh; max-block-size: none }</style>
    <link rel="modulepreload" href="${widgetUrl}">
    <script>
      document.addEventListener('team-token-request', (event) => {
        event.respondWith(fetch('/token', { method: 'POST' }).then((response) => response.json()))
      })
      document.addEventListener('team-ready', () => {
        requestAnimationFrame(() => performance.mark('first-row'))
      }, { capture: true })
    </script>
    <team-widget api-base="${plantelUrl}"></team-widget>
    <script type="module" src="${widgetUrl}"></script></html>`
}

/** The same by hand: a token, the first members, a row of text for each, the others of the page behind them; with every key others of them. */
function barePage(plantelUrl: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Host</title>
    <meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><main></main>
    <script type="module">
      const { token } = await (await fetch('/token', { method: 'POST' })).json()
      const headers = { authorization: 'Bearer ' + token }
      const ask = async (path) => (await fetch('${plantelUrl}/team/v1' + path, { headers })).json()
      const [, page] = await Promise.all([ask('/workspace'), ask('/members?limit=30')])
      let first = 0
      const show = () => document.querySelector('main').replaceChildren(
        ...page.members.slice(first, first + 30).map((member) => {
          const row = document.createElement('p')
          row.textContent = [member.displayName, member.email, member.role?.name].join(' · ')
          return row
        }),
      )
      show()
      addEventListener('keydown', () => {
        first = (first + 1) % 70
        show()
      })
      requestAnimationFrame(() => performance.mark('first-row'))
      const rest = await ask('/members?limit=70&cursor=' + encodeURIComponent(page.nextCursor))
      page.members.push(...rest.members)
    </script></html>`
}
