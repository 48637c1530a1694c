// @ts-check

/** Loads Plantel's Team widget as a Module Federation remote and gives it this person's token. */

import './inbox.js'
const place = /** @type {HTMLElement} */ (document.getElementById('team'))
const { plantel, workspace, locale, runtime = '' } = place.dataset

/**
 * The inbox's own server knows who is signed in and asks Plantel for a token with its host key.
 * @returns {Promise<{ token: string, expiresAt: string }>}
 */
async function getToken() {
  const response = await fetch('/inbox/widget-token', { method: 'POST' })
  if (!response.ok) throw new Error(`The inbox got no token: ${response.status}`)
  return response.json()
}

try {
  // The runtime as its package ships it; a host with a bundler imports '@module-federation/runtime'.
  const { createInstance } = await import(runtime)
  const federation = createInstance({
    name: 'demo_inbox',
    remotes: [
      { name: 'plantel_widget', entry: `${plantel}/widget/remoteEntry.js`, type: 'module' },
    ],
  })
  const { mountTeam } = await federation.loadRemote('plantel_widget/team-widget')
  place.replaceChildren()
  mountTeam(place, { apiBase: plantel, workspace, locale, getToken })
  // The person may no longer come in: this page says so better than the widget can.
  place.addEventListener('team-auth-required', () => location.reload())
} catch (error) {
  console.error(error)
  for (const child of place.children) {
    if (child instanceof HTMLElement) child.hidden = !child.classList.contains('broken')
  }
}
