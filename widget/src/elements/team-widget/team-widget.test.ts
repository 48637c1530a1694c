import { afterEach, describe, expect, test, vi } from 'vitest'
import { userEvent } from 'vitest/browser'

import packageJson from '../../../package.json' with { type: 'json' }
import type { GetToken, TokenReason } from '../../api/access-tokens.ts'
import type { MemberDetail } from '../../contract/index.ts'
import { defineTeam } from '../../define.ts'
import type { TeamTokenRequestEvent } from '../../events.ts'
import type { Labels } from '../../i18n/labels.ts'
import { screens } from '../../screens/screens.ts'
import { loadAllWords } from '../../testing/all-words.ts'
import { InMemoryTeamApi } from '../../testing/in-memory-team-api.ts'
import { type MountedWidget, mountWidget, serveTeamApi } from '../../testing/mount-widget.ts'
import { believablePeople } from '../../testing/people.ts'
import { TeamWidget } from './team-widget.ts'

const now = Date.now()
const cleanUp: (() => void)[] = []

afterEach(() => {
  for (const undo of cleanUp.splice(0)) undo()
})

function people(): InMemoryTeamApi {
  return new InMemoryTeamApi(believablePeople(now))
}

async function mount(
  api: InMemoryTeamApi,
  options: Parameters<typeof mountWidget>[1] = {},
): Promise<MountedWidget> {
  const widget = await mountWidget(api, options)
  cleanUp.push(() => widget.unmount())
  return widget
}

/** A subclass under its own name: an element that isn't defined yet when the page already uses it. */
function nameNotYetDefined(): { name: string; define: () => void } {
  const name = `team-widget-${crypto.randomUUID()}`
  const define = (): void => {
    defineTeam()
    customElements.define(name, class extends TeamWidget {})
  }
  return { name, define }
}

function rowsOf(element: Element): number {
  const list = element.shadowRoot?.querySelector('team-member-list')
  return list?.shadowRoot?.querySelectorAll('[data-row]').length ?? 0
}

function listenForToken(target: EventTarget, reasons: TokenReason[] = []): void {
  const listener = (event: Event): void => {
    const request = event as TeamTokenRequestEvent
    reasons.push(request.reason)
    request.respondWith('valid-token')
  }
  target.addEventListener('team-token-request', listener)
  cleanUp.push(() => target.removeEventListener('team-token-request', listener))
}

describe('the token', () => {
  test('comes from a property that was set before the element was defined', async () => {
    cleanUp.push(serveTeamApi(people()))
    const { name, define } = nameNotYetDefined()
    const element = document.createElement(name)
    Object.assign(element, { apiBase: '/api', getToken: () => Promise.resolve('valid-token') })
    document.body.append(element)
    cleanUp.push(() => element.remove())
    define()
    await vi.waitFor(() => expect(rowsOf(element)).toBeGreaterThan(0))
  })

  test('comes from a property that is set after the element was shown', async () => {
    const { element, rows } = await mount(people(), { getToken: null })
    await new Promise((resolve) => setTimeout(resolve, 50))
    element.getToken = () => Promise.resolve({ token: 'valid-token' })
    await vi.waitFor(() => expect(rows().length).toBeGreaterThan(0))
  })

  test('comes from a listener that was there before the element was defined', async () => {
    cleanUp.push(serveTeamApi(people()))
    listenForToken(document)
    const { name, define } = nameNotYetDefined()
    document.body.insertAdjacentHTML('beforeend', `<${name} api-base="/api"></${name}>`)
    const element = document.body.lastElementChild as Element
    cleanUp.push(() => element.remove())
    define()
    await vi.waitFor(() => expect(rowsOf(element)).toBeGreaterThan(0))
  })

  test('comes from a listener that is attached late', async () => {
    const { element, rows } = await mount(people(), { getToken: null })
    await new Promise((resolve) => setTimeout(resolve, 150))
    listenForToken(element)
    await vi.waitFor(() => expect(rows().length).toBeGreaterThan(0))
  })

  test('is not asked of a property that a framework wrote as a string', async () => {
    const reasons: TokenReason[] = []
    listenForToken(document, reasons)
    const getToken = '() => token' as unknown as GetToken
    const { rows } = await mount(people(), { getToken })
    await vi.waitFor(() => expect(rows().length).toBeGreaterThan(0))
    expect(reasons).toEqual(['initial'])
  })

  test('is asked for with the workspace and a signal', async () => {
    const requests: Parameters<GetToken>[0][] = []
    const getToken: GetToken = async (request) => {
      requests.push(request)
      return 'valid-token'
    }
    await mount(people(), { workspace: 'cafe-altura', getToken })
    await vi.waitFor(() => expect(requests).toHaveLength(1))
    expect(requests[0]).toMatchObject({ reason: 'initial', workspace: 'cafe-altura' })
    expect(requests[0]?.signal.aborted).toBe(false)
  })

  test('is renewed once and silently when the server refuses it', async () => {
    const reasons: TokenReason[] = []
    const getToken: GetToken = async ({ reason }) => {
      reasons.push(reason)
      return reason === 'initial' ? 'expired' : 'valid-token'
    }
    const { listRoot, rows } = await mount(people(), { getToken })
    await vi.waitFor(() => expect(rows().length).toBeGreaterThan(0))
    expect(reasons).toEqual(['initial', 'rejected'])
    expect(listRoot.querySelector('[role="alert"]')).toBeNull()
  })

  test('that is refused again ends in team-auth-required, and a new one goes on', async () => {
    let token = 'expired'
    const api = people()
    const signedOut = vi.fn<() => void>()
    document.addEventListener('team-auth-required', signedOut)
    cleanUp.push(() => document.removeEventListener('team-auth-required', signedOut))
    const { element, listRoot, rows } = await mount(api, { getToken: async () => token })
    await vi.waitFor(() => expect(listRoot.textContent).toContain('Your session has ended'))
    expect(signedOut).toHaveBeenCalled()
    await new Promise((resolve) => setTimeout(resolve, 100))
    const streams = (): number => api.log.filter((line) => line === 'POST event-stream').length
    const before = streams()
    token = 'valid-token'
    element.refresh()
    await vi.waitFor(() => expect(rows().length).toBeGreaterThan(0))
    await vi.waitFor(() => expect(streams()).toBe(before + 1))
  })

  test('in a cookie goes along unseen, with whom it must be of, and the page is asked once when it has ended', async () => {
    const api = people()
    api.cookie = 'valid-token'
    const reasons: TokenReason[] = []
    const getToken: GetToken = async ({ reason }) => {
      reasons.push(reason)
      api.cookie = 'valid-token'
      return undefined
    }
    const requests = vi.spyOn(api, 'handle')
    const { element, rows } = await mount(api, { credentials: 'include', getToken })
    await vi.waitFor(() => expect(rows().length).toBeGreaterThan(0))
    await vi.waitFor(() => expect(element.summary).toBeDefined())
    expect(reasons).toEqual([])
    api.cookie = undefined
    element.refresh()
    await vi.waitFor(() => expect(reasons).toEqual(['rejected']))
    await vi.waitFor(() =>
      expect(api.log.filter((line) => line === 'GET workspace')).toHaveLength(3),
    )
    const headers = requests.mock.calls.map(([request]) => request.headers)
    expect(headers.map((one) => one.get('authorization')).filter(Boolean)).toEqual([])
    expect(headers[0]?.get('x-plantel-member')).toBeNull()
    expect(headers.at(-1)?.get('x-plantel-member')).toBe(api.workspace.viewer.memberId)
    expect(reasons).toEqual(['rejected'])
  })

  test('in a cookie that nobody can renew, or of somebody else, ends in team-auth-required', async () => {
    const api = people()
    const signedOut = vi.fn<() => void>()
    const { element, listRoot, rows } = await mount(api, { credentials: 'include', getToken: null })
    element.addEventListener('team-auth-required', signedOut)
    await vi.waitFor(() => expect(listRoot.textContent).toContain('Your session has ended'))
    api.cookie = 'valid-token'
    element.refresh()
    await vi.waitFor(() => expect(rows().length).toBeGreaterThan(0))
    await vi.waitFor(() => expect(element.summary).toBeDefined())
    signedOut.mockClear()
    // Another tab has signed in.
    api.workspace = { ...api.workspace, viewer: { ...api.workspace.viewer, memberId: 'member-3' } }
    element.refresh()
    await vi.waitFor(() => expect(signedOut).toHaveBeenCalled())
    element.refresh()
    await vi.waitFor(() => expect(element.summary?.viewer.memberId).toBe('member-3'))
  })

  test('a new function with every render doesn’t load anything again', async () => {
    const api = people()
    const { element, rows } = await mount(api)
    await vi.waitFor(() => expect(rows().length).toBeGreaterThan(0))
    await new Promise((resolve) => setTimeout(resolve, 400))
    // Beside them it says again and again who is here.
    const reads = (): string[] => api.log.filter((line) => line.startsWith('GET '))
    const before = reads()
    element.getToken = () => Promise.resolve('valid-token')
    await element.updateComplete
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(reads()).toEqual(before)
  })
})

describe('the host page', () => {
  test.each(['ltr', 'rtl'])(
    'sets the view: its name comes into sight where there is no room for all, and the page stays (%s)',
    async (direction) => {
      document.documentElement.dir = direction
      cleanUp.push(() => document.documentElement.removeAttribute('dir'))
      document.body.style.paddingBlock = '200vh'
      cleanUp.push(() => document.body.removeAttribute('style'))
      const { element } = await mount(people(), { widthPx: 320, view: 'profile' })
      const nav = await vi.waitUntil(() => element.renderRoot.querySelector('nav:has(button)'))
      const nameInSight = (): string | undefined => {
        const tab = nav.querySelector('[aria-current]')
        const { left = 0, right = 0 } = tab?.getBoundingClientRect() ?? {}
        const room = nav.getBoundingClientRect()
        return left >= room.left && right <= room.right ? tab?.textContent?.trim() : undefined
      }
      expect(nav.scrollWidth).toBeGreaterThan(nav.clientWidth)
      await vi.waitFor(() => expect(nameInSight()).toBe('My profile'))
      element.view = 'members'
      await vi.waitFor(() => expect(nameInSight()).toBe('Members'))
      element.view = 'directory'
      await vi.waitFor(() => expect(nameInSight()).toBe('Directory'))
      expect(window.scrollY).toBe(0)
    },
  )

  test('hears when the first page is shown, with how many there are', async () => {
    const totals: number[] = []
    const listener = ({ total }: HTMLElementEventMap['team-ready']): number => totals.push(total)
    document.body.addEventListener('team-ready', listener)
    cleanUp.push(() => document.body.removeEventListener('team-ready', listener))
    await mount(people())
    await vi.waitFor(() => expect(totals).toEqual([60]))
  })

  test('may open the form that adds people before it is known who looks', async () => {
    const { element } = await mount(people())
    expect(element.summary).toBeUndefined()
    await element.open('invite', { emails: ['ana@cafealtura.example'] })
    const invite = await screenOf(element.renderRoot as ShadowRoot, 'team-invite')
    await vi.waitFor(() => expect(invite.querySelector('team-addresses')).not.toBeNull())
  })

  test('moves the focus to a member who is there, and to nobody else', async () => {
    const { element, listRoot, rows } = await mount(people())
    await vi.waitFor(() => expect(rows().length).toBeGreaterThan(0))
    expect(element.focusMember('nobody')).toBe(false)
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(listRoot.activeElement).toBeNull()
    expect(element.focusMember('member-1')).toBe(true)
    await vi.waitFor(() => expect(listRoot.activeElement).not.toBeNull())
  })

  test('decides about the pictures from the first row on', async () => {
    const own = 'data:image/gif;base64,R0lGODlhAQABAAAAACw='
    const api = new InMemoryTeamApi(
      believablePeople(now).map((one) => ({ ...one, avatarUrl: '/of-plantel.png' })),
    )
    api.refusals.push({ path: 'workspace', code: 'unavailable' })
    const { listRoot, rows } = await mount(api, { resolveAvatar: () => own })
    await vi.waitFor(() => expect(rows().length).toBeGreaterThan(0))
    const pictures = [...listRoot.querySelectorAll('img')].map((one) => one.getAttribute('src'))
    expect(new Set(pictures)).toEqual(new Set([own]))
  })

  test('hears that a file of members did not come', async () => {
    const api = people()
    const { element, listRoot } = await mount(api)
    const codes: string[] = []
    element.addEventListener('team-error', ({ code }) => codes.push(code))
    const download = await vi.waitUntil(() =>
      listRoot.querySelector<HTMLElement>('.summary button'),
    )
    api.refusals.push({ path: 'member-export', code: 'unavailable' })
    download.click()
    await vi.waitFor(() => expect(codes).toEqual(['unavailable']))
    expect(listRoot.querySelector('.notice.busy')).not.toBeNull()
  })

  test('needs at most three requests of the API to the first row', async () => {
    const api = people()
    const { rows } = await mount(api)
    await vi.waitFor(() => expect(rows().length).toBeGreaterThan(0))
    expect(api.log.length).toBeLessThanOrEqual(3)
  })

  test('can take the element out and put it back', async () => {
    const api = people()
    const { element, rows, row } = await mount(api)
    await vi.waitFor(() => expect(rows().length).toBeGreaterThan(0))
    const parent = element.parentElement
    element.remove()
    api.change(believablePeople(now).slice(5), ['member-0'])
    parent?.append(element)
    await vi.waitFor(() => expect(row('Lucía')).toBeUndefined())
    expect(rows().length).toBeGreaterThan(0)
  })

  test('can fill the slots around the list', async () => {
    const { element, rows } = await mount(people())
    await vi.waitFor(() => expect(rows().length).toBeGreaterThan(0))
    for (const slot of ['title', 'banner', 'toolbar-start', 'toolbar-end', 'footer']) {
      const child = document.createElement('span')
      child.slot = slot
      child.textContent = slot
      element.append(child)
      expect([slot, child.assignedSlot?.name]).toEqual([slot, slot])
      expect(child.getBoundingClientRect().width).toBeGreaterThan(0)
    }
  })

  test('may forbid inline styles: a style attribute is never written', async () => {
    const setAttribute = vi.spyOn(Element.prototype, 'setAttribute')
    cleanUp.push(() => setAttribute.mockRestore())
    const { element, listRoot, rows } = await mount(people())
    await vi.waitFor(() => expect(rows().length).toBeGreaterThan(0))
    rows()[1]?.click()
    await screenOf(element.renderRoot as ShadowRoot, 'team-member-panel')
    expect(setAttribute.mock.calls.filter(([name]) => name === 'style')).toEqual([])
    expect(element.renderRoot.querySelector('style')).toBeNull()
    expect(listRoot.querySelector('style')).toBeNull()
  })

  test('decides about the colours', async () => {
    const { element } = await mount(people(), { theme: 'dark' })
    const root = element.renderRoot.querySelector('.root') as HTMLElement
    const dark = getComputedStyle(root).backgroundColor
    element.theme = 'light'
    await element.updateComplete
    expect(getComputedStyle(root).backgroundColor).not.toBe(dark)
    element.style.setProperty('--team-surface', 'rgb(1, 2, 3)')
    expect(getComputedStyle(root).backgroundColor).toBe('rgb(1, 2, 3)')
  })

  test('gets lower rows when it asks for a compact list', async () => {
    const { element, rows } = await mount(people())
    await vi.waitFor(() => expect(rows().length).toBeGreaterThan(0))
    const height = (): number => rows()[1]?.getBoundingClientRect().height ?? 0
    const comfortable = height()
    element.density = 'compact'
    await vi.waitFor(() => expect(height()).toBeLessThan(comfortable))
    await vi.waitFor(() =>
      expect(rows()[1]?.getBoundingClientRect().top).toBe(
        rows()[0]?.getBoundingClientRect().bottom,
      ),
    )
  })
})

/** A search and a filter that leave one row, whose dialog is open. */
async function showFilteredDialog(): Promise<MountedWidget> {
  const mounted = await mount(people(), { workspace: 'cafe-altura' })
  const { element, listRoot, rows } = mounted
  await vi.waitFor(() => expect(rows().length).toBeGreaterThan(0))
  const [state] = listRoot.querySelectorAll('select')
  const search = listRoot.querySelector('input') as HTMLInputElement
  search.value = 'maldonado'
  search.dispatchEvent(new InputEvent('input'))
  await userEvent.selectOptions(state as HTMLSelectElement, 'Pending')
  await vi.waitFor(() => expect(rows()).toHaveLength(1))
  rows()[0]?.click()
  await screenOf(element.renderRoot as ShadowRoot, 'team-member-panel')
  return mounted
}

describe('another workspace', () => {
  test('starts without the filters and the dialog of the former', async () => {
    const { element, listRoot, rows } = await showFilteredDialog()
    element.workspace = 'another'
    await element.updateComplete
    await vi.waitFor(() => expect(rows().length).toBeGreaterThan(1))
    expect(element.renderRoot.querySelector('team-member-panel')).toBeNull()
    expect(listRoot.querySelector('input')?.value).toBe('')
    expect(listRoot.querySelector('select')?.value).toBe('')
    expect(listRoot.querySelector('.summary span')?.textContent).toBe('60 members')
  })

  test('never shows or says a change of the former', async () => {
    const api = people()
    const { element, listRoot, rows, spoken } = await mount(api, { workspace: 'cafe-altura' })
    await vi.waitFor(() => expect(rows().length).toBeGreaterThan(0))
    const [first, ...others] = believablePeople(now)
    const suspended: MemberDetail = { ...(first as MemberDetail), state: 'suspended' }
    api.change([suspended, ...others], ['member-0'])
    await vi.waitFor(() => expect(spoken()).toContain('Lucía'))
    api.latencyMs = 200
    element.workspace = 'another'
    await element.updateComplete
    await vi.waitFor(() => expect(rows()).toEqual([]))
    expect(spoken()).toBe('')
    await vi.waitFor(() => expect(rows().length).toBeGreaterThan(0))
    expect(listRoot.querySelectorAll('.added, .changed')).toHaveLength(0)
  })
})

describe('a screen that is still on its way', () => {
  test('opens once, however often it is asked for', async () => {
    const { element, rows } = await mount(people())
    await vi.waitFor(() => expect(element.summary).toBeDefined())
    await vi.waitFor(() => expect(rows().length).toBeGreaterThan(0))
    rows()[1]?.click()
    rows()[1]?.click()
    await screenOf(element.renderRoot as ShadowRoot, 'team-member-panel')
    rows()[1]?.click()
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(element.renderRoot.querySelectorAll('team-member-panel')).toHaveLength(1)
  })

  test('does not come to another view that is wanted by then', async () => {
    const there = Promise.withResolvers<void>()
    const { roles, activity } = screens
    cleanUp.push(() => Object.assign(screens, { roles, activity }))
    const asked: string[] = []
    for (const [name, [load, words]] of Object.entries({ roles, activity })) {
      const loadLate = async (): ReturnType<typeof load> => {
        asked.push(name)
        await there.promise
        return load()
      }
      Object.assign(screens, { [name]: [loadLate, words] })
    }
    const { element } = await mount(people())
    await vi.waitFor(() => expect(element.summary).toBeDefined())
    const shown = (): string[] =>
      [...(element.renderRoot.querySelector('.view')?.children ?? [])].map((one) => one.localName)
    element.view = 'roles'
    await vi.waitFor(() => expect(asked).toEqual(['roles']))
    element.view = 'activity'
    await vi.waitFor(() => expect(asked).toEqual(['roles', 'activity']))
    element.view = 'roles'
    await vi.waitFor(() => expect(asked).toHaveLength(3))
    there.resolve()
    await vi.waitFor(() => expect(shown()).toContain('team-roles'))
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(shown()).toEqual(['team-roles'])
  })

  test('and does not come is said where it would be, and to the host, and can be retried', async () => {
    const { roles } = screens
    cleanUp.push(() => {
      screens.roles = roles
    })
    const attempts = vi.fn<() => Promise<never>>(() => Promise.reject(new TypeError('No file.')))
    screens.roles = [attempts, 'settings']
    const { element } = await mount(people())
    const codes: string[] = []
    element.addEventListener('team-error', ({ code }) => codes.push(code))
    await vi.waitFor(() => expect(element.summary).toBeDefined())
    element.view = 'roles'
    const retry = (): HTMLElement | null =>
      element.renderRoot.querySelector('.view > .notice.unreachable button')
    await vi.waitFor(() => expect(retry()).not.toBeNull())
    retry()?.click()
    await vi.waitFor(() => expect(codes).toEqual(['unreachable', 'unreachable']))
    await vi.waitFor(() => expect(retry()).not.toBeNull())
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(attempts).toHaveBeenCalledTimes(2)
    screens.roles = roles
    retry()?.click()
    await vi.waitFor(() => expect(element.renderRoot.querySelector('team-roles')).not.toBeNull())
    expect(retry()).toBeNull()
    expect(element.renderRoot.querySelectorAll('[role="status"]')).toHaveLength(1)
  })
})

describe('the language', () => {
  test('is the nearest lang of the page when none is set', async () => {
    const { element } = await mount(people(), { locale: null })
    element.parentElement?.setAttribute('lang', 'pt-BR')
    element.requestUpdate()
    await vi.waitFor(() => expect(element.renderRoot.textContent).toContain('Equipe'))
    expect(element.renderRoot.querySelector('.root')?.getAttribute('lang')).toBe('pt-BR')
  })

  test('changes with the attribute, and a word of the host’s wins', async () => {
    const { element } = await mount(people(), { locale: 'en' })
    await vi.waitFor(() => expect(element.renderRoot.textContent).toContain('Team'))
    element.locale = 'es'
    await vi.waitFor(() => expect(element.renderRoot.textContent).toContain('Equipo'))
    element.labels = { team: 'Agentes' }
    await vi.waitFor(() => expect(element.renderRoot.textContent).toContain('Agentes'))
  })

  test('leaves no shown word untranslated, on any screen', async () => {
    const api = people()
    const { element, listRoot, rows } = await mount(api, {
      labels: inBrackets(await loadAllWords('en')),
      widthPx: 1400,
    })
    const root = element.renderRoot as ShadowRoot
    await vi.waitFor(() => expect(rows().length).toBeGreaterThan(0))
    await vi.waitFor(() => expect(root.textContent).toContain('⟦57'))
    const data = wordsOfTheServer(api)
    const strange = new Set<string>()
    const look = (): void => {
      for (const text of everyRoot(root).flatMap(shownTexts)) {
        for (const part of text.replace(/⟦[^⟧]*⟧/g, '').split(/ · |, and |, | and |\. /)) {
          if (/\p{L}/u.test(part) && !data.has(part.trim())) strange.add(part.trim())
        }
      }
    }
    look()
    rows()[1]?.click()
    const panel = await screenOf(root, 'team-member-panel')
    await vi.waitFor(() => expect(panel.querySelector('team-choice-list')).not.toBeNull())
    for (const tab of panel.querySelectorAll<HTMLElement>('[role="tab"]')) {
      tab.click()
      await vi.waitFor(() => expect(tab.ariaSelected).toBe('true'))
      look()
    }
    panel.querySelector('dialog')?.close()
    listRoot.querySelectorAll<HTMLElement>('.cell.menu')[5]?.click()
    const menu = await screenOf(root, 'team-member-menu')
    await vi.waitFor(() => expect(menu.textContent).toContain('⟦Resend'))
    look()
    menu.querySelector<HTMLElement>('[role="menuitem"]')?.click()
    await screenOf(root, 'team-member-panel').then((panel) =>
      panel.querySelector('dialog')?.close(),
    )
    root.querySelector<HTMLElement>('.primary')?.click()
    const invite = await screenOf(root, 'team-invite')
    await vi.waitFor(() => expect(invite.querySelector('team-addresses')).not.toBeNull())
    look()
    expect([...strange]).toEqual([])
  })
})

describe('registration', () => {
  test('a second copy of the same major version keeps the first', () => {
    expect(defineBeside('0.9.3')).toEqual({ defined: [], codes: [] })
  })

  test('another major version is not replaced either, with a warning and an event', () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue()
    cleanUp.push(() => warn.mockRestore())
    expect(defineBeside('7.0.0')).toEqual({ defined: [], codes: ['version-conflict'] })
    expect(warn).toHaveBeenCalledOnce()
  })

  test('says the version of the package', async () => {
    expect(TeamWidget.version).toBe(packageJson.version)
  })
})

/** Registers where a copy of that version is present. */
function defineBeside(version: string): { defined: string[]; codes: string[] } {
  const defined: string[] = []
  const codes: string[] = []
  const listener = ({ code }: WindowEventMap['team-error']): number => codes.push(code)
  addEventListener('team-error', listener)
  cleanUp.push(() => removeEventListener('team-error', listener))
  defineTeam({
    get: () =>
      class extends HTMLElement {
        static readonly version = version
      },
    define: (name) => defined.push(name),
  })
  return { defined, codes }
}

/** What the API sends is shown as it is. */
function wordsOfTheServer(api: InMemoryTeamApi): Set<string> {
  const words = new Set<string>([api.workspace.name])
  const collect = (value: unknown): void => {
    if (typeof value === 'string') words.add(value)
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(collect)
  }
  collect([api.workspace, believablePeople(now)])
  return words
}

function inBrackets(messages: object): Labels {
  const wrap = (value: unknown): unknown => {
    if (typeof value === 'string') return `⟦${value}⟧`
    if (typeof value === 'function') {
      const say = value as (...values: unknown[]) => string
      return (...values: unknown[]) => `⟦${say(...values)}⟧`
    }
    return Object.fromEntries(
      Object.entries(value as object).map(([key, inner]) => [key, wrap(inner)]),
    )
  }
  return wrap(messages) as Labels
}

/** A screen once it is open. */
async function screenOf(root: ShadowRoot, name: string): Promise<ShadowRoot> {
  return vi.waitFor(() => {
    const screen = root.querySelector(name)?.shadowRoot
    expect(screen?.querySelector('dialog[open], [role="menu"]')).toBeTruthy()
    return screen as ShadowRoot
  })
}

/** A shadow root and those of everything in it. */
function everyRoot(root: ShadowRoot): ShadowRoot[] {
  const inner = [...root.querySelectorAll('*')].flatMap(({ shadowRoot }) => shadowRoot ?? [])
  return [root, ...inner.flatMap(everyRoot)]
}

/** What a person sees or hears, without initials and what `Intl` writes in a `<time>`. */
function shownTexts(root: ShadowRoot): string[] {
  const elements = [...root.querySelectorAll('*')].filter(
    (element) => element.closest('time, .avatar, style') === null,
  )
  return elements.flatMap((element) => [
    ...[...element.childNodes].map((node) => (node instanceof Text ? node.data : '')),
    ...['aria-label', 'title', 'placeholder', 'alt'].map(
      (name) => element.getAttribute(name) ?? '',
    ),
  ])
}
