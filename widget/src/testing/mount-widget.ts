import type { TeamMemberList } from '../elements/team-member-list/team-member-list.ts'
import type { TeamWidget } from '../elements/team-widget/team-widget.ts'
import { mountTeam, type TeamMountOptions } from '../mount.ts'
import type { InMemoryTeamApi } from './in-memory-team-api.ts'

/** A widget on the page with the Team API behind `fetch`. */
export interface MountedWidget {
  element: TeamWidget
  list: TeamMemberList
  listRoot: ShadowRoot
  /** The rows of the grid that hold a member. */
  rows: () => HTMLElement[]
  row: (text: string) => HTMLElement | undefined
  /** What a polite screen reader would have said last. */
  spoken: () => string
  unmount: () => void
}

/** Answers `fetch` from memory until the returned function is called. */
export function serveTeamApi(api: InMemoryTeamApi): () => void {
  const { fetch } = globalThis
  globalThis.fetch = (input, init) => api.handle(new Request(input, init))
  return () => {
    globalThis.fetch = fetch
  }
}

/** Mounts a widget of a given size that talks to `api`. */
export async function mountWidget(
  api: InMemoryTeamApi,
  options: Partial<TeamMountOptions> & { widthPx?: number; heightPx?: number } = {},
): Promise<MountedWidget> {
  const { widthPx = 1200, heightPx = 640, ...properties } = options
  const stopServing = serveTeamApi(api)
  const container = document.createElement('div')
  container.style.inlineSize = `${widthPx}px`
  document.body.append(container)
  const mount = mountTeam(container, {
    apiBase: '/api',
    locale: 'en',
    getToken: () => Promise.resolve('valid-token'),
    ...properties,
  })
  const { element } = mount
  element.style.blockSize = `${heightPx}px`
  element.style.maxBlockSize = 'none'
  await element.updateComplete
  const list = element.renderRoot.querySelector('team-member-list') as TeamMemberList
  await list.updateComplete
  const listRoot = list.renderRoot as ShadowRoot
  const rows = (): HTMLElement[] => [...listRoot.querySelectorAll<HTMLElement>('[data-row]')]
  return {
    element,
    list,
    listRoot,
    rows,
    row: (text) => rows().find((row) => row.textContent?.includes(text)),
    spoken: () => listRoot.querySelector('[role="status"]')?.textContent ?? '',
    unmount: () => {
      mount.unmount()
      container.remove()
      stopServing()
    },
  }
}
