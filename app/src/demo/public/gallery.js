// @ts-check

/** Puts a widget into every place of the gallery, each over a team of its own in memory, and keeps the choices in the address. */

const header = /** @type {HTMLElement} */ (document.getElementById('gallery'))
const form = /** @type {HTMLFormElement} */ (header.querySelector('form'))
const { widget = '', team = '' } = header.dataset
const address = new URL(location.href)
const now = Date.now()

const {
  InMemoryTeamApi,
  believablePeople,
  everyScreen,
  expiredInvitation,
  openScreen,
  personNumber,
} = await import(team)

/** @type {Record<string, (api: any, people: any[]) => any>} */
const states = {
  loading: (api) => Object.assign(api, { latencyMs: 2 ** 30 }),
  empty: (api) => api.change([], []),
  'seats-full': (api) => Object.assign(api.workspace, { seats: { used: 80, limit: 80 } }),
  odd: (api, people) => api.change(odd(people), []),
  long: (api) =>
    api.change(
      { length: 100_000, at: (/** @type {number} */ index) => personNumber(index, now) },
      [],
    ),
  viewer: (api, people) => {
    api.workspace.can = { actions: [], grantableRoles: [] }
    api.change(
      people.map((person) => ({ ...person, can: { actions: ['view'] } })),
      [],
    )
  },
  error: refuse('internal'),
  forbidden: refuse('forbidden'),
  'rate-limited': refuse('rate-limited'),
  'signed-out': (api) => api.tokens.clear(),
  outdated: (api) => Object.assign(api.workspace, { apiVersion: '99.0' }),
  offline: (api) => setTimeout(() => Object.assign(api, { isOffline: true }), 4_000),
}

/**
 * @param {string} code
 * @returns {(api: any) => void}
 */
function refuse(code) {
  // Again and again, whatever is tried.
  return (api) =>
    api.refusals.push(...Array.from({ length: 1_000 }, () => ({ path: 'members', code })))
}

/**
 * @param {any[]} people
 * @returns {any[]}
 */
function odd(people) {
  const [first, second, third, fourth, ...others] = people
  const departments = Array.from({ length: 50 }, (_, index) => ({
    id: `d${index}`,
    name: `Departamento ${index + 1}`,
  }))
  return [
    { ...first, displayName: 'نور الهدى بنت عبد الرحمن' },
    {
      ...second,
      displayName: 'Maximiliana '.repeat(25).trim(),
      email: `${'muy.larga.'.repeat(9)}@acme.example`,
    },
    { ...third, departments },
    { ...fourth, avatarUrl: '/gallery/no-such-picture' },
    ...others,
  ]
}

/** @type {Map<string, any>} */
const apis = new Map()
const askServer = globalThis.fetch
globalThis.fetch = (input, init) => {
  const request = new Request(input, init)
  const [, state = ''] = /\/gallery\/api\/([\w-]+)\//.exec(request.url) ?? []
  const api = apis.get(state)
  return api === undefined ? askServer(request) : api.handle(request)
}

for (const place of document.querySelectorAll('[data-state]')) {
  const state = /** @type {HTMLElement} */ (place).dataset['state'] ?? ''
  const people = believablePeople(now)
  const api = new InMemoryTeamApi(people)
  states[state]?.(api, people)
  apis.set(state, api)
  const element = document.createElement('team-widget')
  element.setAttribute('api-base', `/gallery/api/${state}`)
  element.toggleAttribute('readonly', state === 'readonly')
  place.append(element)
}
document.addEventListener('team-token-request', (event) => {
  ;/** @type {any} */ (event).respondWith(Promise.resolve('valid-token'))
})

const widgets = document.querySelectorAll('team-widget')
const main = /** @type {any} */ (widgets[0])

/** @param {string} name */
const chosen = (name) =>
  /** @type {HTMLSelectElement} */ (form.querySelector(`select[name=${name}]`)).value

function choose() {
  for (const widget of widgets) {
    widget.setAttribute('theme', chosen('theme'))
    widget.setAttribute('density', chosen('density'))
    widget.setAttribute('locale', chosen('lang'))
  }
  document.documentElement.style.colorScheme = chosen('theme') === 'auto' ? '' : chosen('theme')
}

/** @type {{ goBack: () => Promise<unknown> } | undefined} */
let shown

/** @param {string} screen */
async function show(screen) {
  await shown?.goBack()
  shown = screen === '' ? undefined : await openScreen(main, screen)
}

for (const screen of everyScreen) {
  form.querySelector('select[name=screen]')?.append(new Option(screen, screen))
}
apis.get('ready').store.expired = ['zulema@acme.example', 'iker@acme.example'].map(
  expiredInvitation,
)

for (const field of form.querySelectorAll('select')) {
  field.value =
    address.searchParams.get(field.name) ??
    (field.name === 'lang' ? document.documentElement.lang : (field.options[0]?.value ?? ''))
}
form.addEventListener('change', (event) => {
  const field = /** @type {HTMLSelectElement} */ (event.target)
  address.searchParams.set(field.name, field.value)
  history.replaceState(null, '', address)
  if (field.name === 'screen') void show(field.value)
  else choose()
})

choose()
await import(widget)
if (address.searchParams.has('screen')) {
  main.addEventListener('team-ready', () => void show(address.searchParams.get('screen') ?? ''), {
    once: true,
  })
}

// A file that exports is a module, and may wait.
export { show }
