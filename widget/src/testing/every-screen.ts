import type { TeamWidget } from '../elements/team-widget/team-widget.ts'
import type { TeamView } from '../i18n/messages.ts'
import type { ScreenRequest } from '../screens/screen-request.ts'
import { until } from './until.ts'

/** A screen that is shown, until one goes back. */
export interface ShownScreen {
  element: HTMLElement
  goBack: () => Promise<unknown>
}

type Way = (widget: TeamWidget) => Promise<HTMLElement>

const table = 'Email\nnoe@example.com\nnobody\n'

/** Every view and everything that opens over one, in the order a visit goes through them. */
const ways: Record<string, Way> = {
  members: view('members'),
  filters: async (widget) => {
    await view('members')(widget)
    rootOf(widget.list).querySelector<HTMLElement>('.more-filters')?.click()
    const filters = await until(() => find(widget.list, 'team-filters'))
    await until(() => rootOf(filters).querySelector('select'))
    return widget.list
  },
  'bulk bar': async (widget) => {
    await view('members')(widget)
    widget.list.choose(true)
    const bar = await until(() => find(widget.list, 'team-bulk-bar'))
    await until(() => rootOf(bar).querySelector('select'))
    return widget.list
  },
  departments: view('departments'),
  'departments new': question('departments', '.top .primary'),
  'departments edit': question('departments', '.card button'),
  'departments delete': question('departments', '.card .danger'),
  roles: view('roles'),
  'roles compare': async (widget) => {
    const roles = await view('roles')(widget)
    const compare = rootOf(roles).querySelector<HTMLElement>('.top button')
    if (compare?.ariaExpanded === 'false') compare.click()
    await until(() => rootOf(roles).querySelector('.matrix'))
    return roles
  },
  'roles edit': question('roles', '.card button'),
  'roles copy': question('roles', '.card:nth-child(2) button + button'),
  'roles delete': question('roles', '.card .danger'),
  directory: view('directory'),
  'directory token': question('directory', '.card button'),
  'directory pause': question('directory', '.card button + button'),
  'directory rule': question('directory', '.top button'),
  'directory edit rule': question('directory', '.cards:nth-of-type(2) .card button'),
  'directory delete rule': question('directory', '.cards:nth-of-type(2) .card .danger'),
  'directory sign-in': question('directory', '.cards:last-of-type .card button'),
  activity: view('activity'),
  profile: view('profile'),
  'profile password': question('profile', '.card:nth-child(2) button'),
  'profile codes': question('profile', '.card:nth-child(3) button'),
  'profile transfer': question('profile', '.card:nth-child(4) button'),
  'profile sign-out': question('profile', '.sessions .danger'),
  menu: async (widget) => {
    await view('members')(widget)
    const anchor = rootOf(widget.list).querySelector('.cell.menu') ?? widget
    const menu = await open(widget, 'team-member-menu', { screen: 'menu', anchor })
    await until(() => rootOf(menu).querySelector('[role="menuitem"]'))
    return menu
  },
  'member access': (widget) => panel(widget, 'access'),
  'member profile': (widget) => panel(widget, 'profile'),
  'member why': (widget) => panel(widget, 'why'),
  'member account': (widget) => panel(widget, 'account'),
  'member conflict': async (widget) => {
    const opened = await panel(widget, 'profile')
    const { id } = await memberOf(widget)
    const { api } = widget.session!
    const signal = new AbortController().signal
    const { version } = await api.readMember(id, signal)
    await api.send(`members/${id}`, signal, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json', 'if-match': `"${version}"` },
      body: JSON.stringify({ profile: { jobTitle: 'Ventas' } }),
    })
    await fill(opened, '#jobTitle', 'Soporte')
    await press(opened, 'footer .primary')
    await until(() => rootOf(opened).querySelector('.conflict'))
    return opened
  },
  revoke: (widget) => open(widget, 'team-revoke', { screen: 'revoke' }),
  'revoke handover': async (widget) => {
    const opened = await open(widget, 'team-revoke', { screen: 'revoke' })
    await press(opened, '.option input')
    await until(() => rootOf(opened).querySelector('#target'))
    return opened
  },
  invite: (widget) =>
    open(widget, 'team-invite', {
      screen: 'invite',
      emails: ['ana@example.com', 'not an address'],
    }),
  'invite result': async (widget) => {
    const emails = ['zoe@example.com', 'ivo@example.com']
    const opened = await open(widget, 'team-invite', { screen: 'invite', emails })
    await press(opened, 'footer [type="submit"]')
    await until(() => rootOf(opened).querySelector('.outcomes .good'))
    return opened
  },
  import: (widget) => open(widget, 'team-import', { screen: 'import' }),
  'import check': check,
  'import result': async (widget) => {
    const opened = await check(widget)
    await press(opened, 'footer .primary')
    await until(() => !rootOf(opened).querySelector('footer .primary, progress'))
    return opened
  },
  'bulk suspend': bulk('suspend'),
  'bulk set-role': bulk('set-role'),
  'bulk add-departments': bulk('add-departments'),
  'bulk result': async (widget) => {
    const opened = await bulk('sign-out')(widget)
    await press(opened, 'footer [type="submit"]')
    await until(() => rootOf(opened).querySelector('progress'))
    return opened
  },
  toast: async (widget) => {
    const opened = await panel(widget, 'account')
    await press(opened, '.deed button')
    return until(() => find(widget, 'team-toast'))
  },
}

/** The names of all of them. */
export const everyScreen: readonly string[] = Object.keys(ways)

/** Goes to a screen of `everyScreen`. */
export async function openScreen(widget: TeamWidget, screen: string): Promise<ShownScreen> {
  const way = ways[screen]
  if (way === undefined) throw new Error(`There is no screen ${screen}.`)
  try {
    return { element: await way(widget), goBack: () => goBack(widget) }
  } catch (cause) {
    throw new Error(`The screen ${screen} did not come.`, { cause })
  }
}

async function goBack(widget: TeamWidget): Promise<void> {
  const filters = rootOf(widget.list).querySelector<HTMLElement>('.more-filters')
  if (find(widget.list, 'team-filters')) filters?.click()
  widget.list.choose(false)
  find(widget, 'team-toast')?.remove()
  const menu = find(widget, 'team-member-menu')
  if (menu?.matches(':popover-open') === true) menu.hidePopover()
  const opened = (): HTMLDialogElement | undefined =>
    [...rootOf(widget).querySelectorAll('*')]
      .map((one) => one.shadowRoot?.querySelector<HTMLDialogElement>('dialog'))
      .find((dialog) => dialog != null)
  opened()?.close()
  await until(
    () =>
      opened() === undefined &&
      !find(widget, 'team-member-menu') &&
      !find(widget.list, 'team-filters'),
  )
}

function view(name: TeamView): Way {
  return async (widget) => {
    widget.view = name
    if (name === 'members') {
      await until(() => rootOf(widget.list).querySelector('.row:not(.skeleton)'))
      return widget.list
    }
    const shown = await until(() => find(widget, `team-${name}`))
    await until(() => rootOf(shown).querySelector('.card'))
    return shown
  }
}

/** What a button of a view asks. */
function question(name: TeamView, selector: string): Way {
  return async (widget) => {
    const shown = await view(name)(widget)
    await press(shown, selector)
    await until(() => rootOf(shown).querySelector('dialog[open]'))
    return shown
  }
}

async function memberOf(widget: TeamWidget): Promise<{ id: string }> {
  const query = { ...widget.list.query, state: 'active' } as const
  const { api } = widget.session!
  const page = { cursor: null, limit: 4 }
  const { members } = await api.listMembers(query, page, new AbortController().signal)
  const member = members.find(({ can }) => can.actions.includes('remove'))
  if (member === undefined) throw new Error('Nobody here can be removed.')
  return member
}

async function open(widget: TeamWidget, tag: string, request: object): Promise<HTMLElement> {
  const member = await memberOf(widget)
  widget.list.open({ member, ...request } as unknown as ScreenRequest)
  const opened = await until(() => find(widget, tag))
  await until(() => opened.shadowRoot && !opened.shadowRoot.querySelector('.loading'))
  return opened
}

function panel(widget: TeamWidget, tab: string): Promise<HTMLElement> {
  return open(widget, 'team-member-panel', { screen: 'member', tab })
}

function bulk(kind: string): Way {
  return async (widget) => {
    const { id } = await memberOf(widget)
    const request = { screen: 'bulk', kind, count: 1, request: { ids: [id] } }
    const opened = await open(widget, 'team-bulk', request)
    if (kind === 'set-role') await press(opened, 'input[name="role"]:not(:disabled)')
    if (kind !== 'add-departments') await until(() => rootOf(opened).querySelector('strong'))
    return opened
  }
}

async function check(widget: TeamWidget): Promise<HTMLElement> {
  const opened = await open(widget, 'team-import', { screen: 'import' })
  const files = new DataTransfer()
  files.items.add(new File([table], 'people.csv', { type: 'text/csv' }))
  const input = rootOf(opened).querySelector<HTMLInputElement>('input[type="file"]')!
  input.files = files.files
  input.dispatchEvent(new Event('change'))
  await until(() => rootOf(opened).querySelector('.rows'))
  return opened
}

async function press(element: Element, selector: string): Promise<void> {
  const button = await until(() =>
    rootOf(element).querySelector<HTMLElement>(`${selector}:not(:disabled)`),
  )
  button.click()
}

async function fill(element: Element, selector: string, text: string): Promise<void> {
  const input = await until(() => rootOf(element).querySelector<HTMLInputElement>(selector))
  input.value = text
  input.dispatchEvent(new Event('input'))
}

function find(element: Element, tag: string): HTMLElement | null {
  return rootOf(element).querySelector<HTMLElement>(tag)
}

/** What an element renders; nothing before it is defined. */
function rootOf({ shadowRoot }: Element): ParentNode {
  return shadowRoot ?? document.createDocumentFragment()
}
