import { expect, onTestFinished, vi } from 'vitest'

import type { MemberDetail } from '../contract/index.ts'
import { InMemoryTeamApi, type MemberSource } from './in-memory-team-api.ts'
import { type MountedWidget, mountWidget } from './mount-widget.ts'
import { believablePeople, personNumber } from './people.ts'

const now = Date.now()

type Options = Parameters<typeof mountWidget>[1]

export const hundredThousand: MemberSource = {
  length: 100_000,
  at: (index) => (index >= 0 && index < 100_000 ? personNumber(index, now) : undefined),
}

/** A widget that is gone with the test. */
export async function showList(
  api: InMemoryTeamApi,
  options: Options = {},
): Promise<MountedWidget> {
  const mounted = await mountWidget(api, options)
  onTestFinished(() => mounted.unmount())
  return mounted
}

/** A widget whose first page is on the screen. */
export async function showPeople(
  members: MemberSource = believablePeople(now),
  options: Options = {},
): Promise<MountedWidget & { api: InMemoryTeamApi }> {
  const api = new InMemoryTeamApi(members)
  const mounted = await showList(api, options)
  await vi.waitFor(() => expect(mounted.rows().length).toBeGreaterThan(0))
  return { ...mounted, api }
}

/** A member of whom only the name and what the test says matter. */
export function someone(id: string, change: Partial<MemberDetail> = {}): MemberDetail {
  return { ...personNumber(1, now), id, displayName: `Someone ${id}`, isYou: false, ...change }
}

/** What scrolls. */
export function viewportOf({ listRoot }: MountedWidget): HTMLElement {
  return listRoot.querySelector('.viewport') as HTMLElement
}

/** The name in the row that has the focus. */
export function focusedText({ listRoot }: MountedWidget): string {
  const row = listRoot.activeElement?.closest('[data-row]')
  return row?.querySelector('bdi')?.textContent ?? ''
}
