import type { TeamSession } from '../api/team-session.ts'
import {
  TeamAfterEvent,
  TeamBeforeEvent,
  type TeamChange,
  TeamSeatLimitEvent,
} from '../change-events.ts'
import type { TeamWorkspace, WorkspaceAction } from '../contract/index.ts'
import { defineElements } from '../elements/define-elements.ts'
import { innerParts } from '../elements/inner-parts.ts'
import { TeamToast } from '../elements/team-toast/team-toast.ts'
import type { CommonMessages } from '../i18n/common/common-messages.ts'
import { loadWords } from '../i18n/load-words.ts'
import type { Localization } from '../i18n/locales.ts'
import type { TeamView } from '../i18n/messages.ts'
import type { Desk } from './desk.ts'
import type { ScreenRequest } from './screen-request.ts'
import { type ScreenEntry, type ScreenName, screens } from './screens.ts'
import type { TeamScreen } from './team-screen.ts'

/** The widget as its screens see it. */
export interface StageHost extends HTMLElement {
  readonly renderRoot: HTMLElement | DocumentFragment
  readonly session: TeamSession | undefined
  readonly summary: TeamWorkspace | undefined
  readonly text: Localization | undefined
  readonly readonly: boolean
  readonly list: { focusMember(id: string): void }
  can(action: WorkspaceAction): boolean
  refresh(): void
}

/** Where screens come and go. */
export interface Stage {
  open(request: ScreenRequest): Promise<void>
  /** After the widget has changed: the language, the view, who looks. */
  update(view: TeamView): Promise<void>
}

/** Fetches screens when they are first wanted, and puts them into the widget's shadow root. */
export function createStage(widget: StageHost): Stage {
  const place = document.createElement('div')
  const said = document.createElement('p')
  said.className = 'visually-hidden'
  said.role = 'status'
  place.append(said)
  widget.renderRoot.append(place)

  const shown = new Map<TeamScreen, ScreenEntry>()
  /** What is on its way to be opened. */
  const coming = new Set<ScreenEntry>()
  let common: CommonMessages | undefined
  let saidIn: Localization | undefined
  let view: TeamView = 'members'
  let session = widget.session

  const desk: Desk = {
    get api() {
      return present(widget.session).api
    },
    get text() {
      return present(widget.text)
    },
    get common() {
      return present(common)
    },
    get workspace() {
      return present(widget.summary)
    },
    get isReadOnly() {
      return widget.readonly
    },
    can: (action) => widget.can(action),
    open,
    toast: (words, undo) => {
      said.textContent = words
      place.querySelector('team-toast')?.remove()
      defineElements(TeamToast)
      const toast = document.createElement('team-toast')
      toast.setAttribute('exportparts', innerParts)
      place.append(Object.assign(toast, { words, undo, desk }))
    },
    before: (change: TeamChange, about) => {
      const event = new TeamBeforeEvent(change, about)
      return widget.dispatchEvent(event)
    },
    after: (change, about) => {
      const event = new TeamAfterEvent(change, about)
      widget.dispatchEvent(event)
      if (change !== 'export') widget.refresh()
    },
    seatLimit: () => {
      const event = new TeamSeatLimitEvent()
      widget.dispatchEvent(event)
    },
    focusMember: ({ id }) => {
      widget.list.focusMember(id)
    },
  }

  async function speak(): Promise<void> {
    const text = present(widget.text)
    if (text === saidIn) return
    common = await loadWords('common', text)
    saidIn = text
    await Promise.all(
      [...shown].map(async ([element, entry]) => {
        element.words = await wordsOf(entry, text)
      }),
    )
  }

  async function mount(name: ScreenName, parent: Element, request?: ScreenRequest): Promise<void> {
    const entry = screens[name]
    const asked = session
    const [file, words] = await Promise.all([
      entry[0](),
      wordsOf(entry, present(widget.text)),
      speak(),
    ])
    // Somebody has gone on to another workspace or view meanwhile.
    if (asked !== session || (request === undefined && name !== view)) return
    if (request === undefined) clear(parent)
    const Screen = present(file[name])
    defineElements(Screen)
    // Another copy of the widget on this page may have registered its own class.
    const element = document.createElement(Screen.tag) as TeamScreen
    // What a request says is what its screen has fields for.
    Object.assign(element, request, { desk, words })
    element.setAttribute('exportparts', innerParts)
    shown.set(element, entry)
    const { activeElement } = widget.renderRoot as ShadowRoot
    element.addEventListener('close', (event) => {
      if (event.target !== element) return
      shown.delete(element)
      element.remove()
      if (activeElement instanceof HTMLElement && activeElement.matches('button')) {
        activeElement.focus()
      } else if (request !== undefined && 'member' in request) desk.focusMember(request.member)
    })
    parent.append(element)
  }

  async function open(request: ScreenRequest): Promise<void> {
    const entry = screens[request.screen]
    const isOpen = [...coming, ...shown.values()].includes(entry)
    if (isOpen || widget.summary === undefined) return
    coming.add(entry)
    try {
      await mount(request.screen, place, request)
    } finally {
      coming.delete(entry)
    }
  }

  /** Takes the screens out of there. */
  function clear(parent: Node): void {
    for (const element of shown.keys()) {
      if (!parent.contains(element)) continue
      shown.delete(element)
      element.remove()
    }
  }

  return {
    open,
    async update(wanted) {
      if (widget.session !== session) {
        session = widget.session
        view = 'members'
        clear(widget.renderRoot)
        place.replaceChildren(said)
      }
      if (widget.text === undefined || widget.summary === undefined) return
      if (wanted !== view) {
        view = wanted
        const box = present(widget.renderRoot.querySelector('.view'))
        clear(box)
        try {
          if (wanted !== 'members') await mount(wanted, box)
        } catch (cause) {
          // It is tried again when the widget changes the next time.
          if (wanted === view) view = 'members'
          throw cause
        }
      } else if (shown.size > 0) {
        await speak()
        for (const element of shown.keys()) element.requestUpdate()
      }
    },
  }
}

/** The words of a screen, with those of roles and permissions. */
async function wordsOf([, name, more]: ScreenEntry, text: Localization): Promise<object> {
  const [own, roles, others] = await Promise.all([
    loadWords(name, text),
    loadWords('rolesAndPermissions', text),
    more && loadWords(more, text),
  ])
  return { ...own, roles, ...(more && { [more]: others }) }
}

function present<Value>(value: Value | null | undefined): Value {
  if (value === null || value === undefined) throw new Error('Not ready.')
  return value
}
