import type { CDPSession, Page } from 'playwright'

/** A page that is used by its keyboard alone, with what has the focus as a screen reader says it. */
export interface Keyboard {
  /** Presses keys, one after the other, and says where the focus is then. */
  press: (...keys: readonly string[]) => Promise<string>
  /** Writes where the focus is. */
  type: (text: string) => Promise<void>
  /** Role and name of what has the focus: `button "Save"`. */
  focused: () => Promise<string>
  /** What Tab comes by from here until it comes to `last`, which has the focus then. */
  tabTo: (last: string) => Promise<string[]>
}

/** More stops than any screen has: whoever needs more goes in a circle. */
const MOST_STOPS = 40

export async function useKeyboard(page: Page): Promise<Keyboard> {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('Accessibility.enable')
  const focused = (): Promise<string> => readFocused(cdp)
  return {
    focused,
    async press(...keys) {
      for (const key of keys) await page.keyboard.press(key)
      return focused()
    },
    type: (text) => page.keyboard.type(text),
    async tabTo(last) {
      const stops: string[] = []
      while (stops.length < MOST_STOPS) {
        await page.keyboard.press('Tab')
        const stop = await focused()
        stops.push(stop)
        if (stop === last) return stops
      }
      throw new Error(`Tab never comes to ${last}, but to ${stops.join(', ')}.`)
    },
  }
}

/** By the browser's own accessibility tree: the name as it is computed from labels, not as a test would guess it. */
async function readFocused(cdp: CDPSession): Promise<string> {
  const { result } = await cdp.send('Runtime.evaluate', {
    expression: `(() => {
      let active = document.activeElement
      while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement
      return active
    })()`,
  })
  if (result.objectId === undefined) return 'nothing'
  const { nodes } = await cdp.send('Accessibility.getPartialAXTree', {
    objectId: result.objectId,
    fetchRelatives: false,
  })
  const [node] = nodes
  const name = String(node?.name?.value ?? '').trim()
  return `${String(node?.role?.value)} ${JSON.stringify(name)}`
}
