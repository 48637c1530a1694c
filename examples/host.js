/** What every host page has: its own server, which knows who is signed in and asks Plantel for their token. */

export const plantelUrl = document.querySelector('meta[name=plantel]').content

const query = new URLSearchParams(location.search)

/** Whose teams are shown; one page may show several. */
export const workspaces = (query.get('workspaces') ?? 'acme').split(',')

/** Whether the element is known before the page renders it: a page can't always choose. */
export const isDefinedFirst = query.has('defined-first')

export async function getToken({ workspace }) {
  const response = await fetch(`/plantel-token?workspace=${workspace}`, { method: 'POST' })
  if (!response.ok) throw new Error(`There is no token: ${response.status}`)
  return response.json()
}

/** For every widget of the page, whoever renders it and whenever the element is defined. */
export function answerTokenRequests() {
  document.addEventListener('team-token-request', (event) => {
    event.respondWith(getToken({ workspace: event.workspace }))
  })
}
