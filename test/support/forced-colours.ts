import type { ElementHandle, Page } from 'playwright'

/** Where a piece of a page is, with some room around it for a line. */
interface Clip {
  x: number
  y: number
  width: number
  height: number
}

/**
 * What has the focus and looks the same without it, as it is painted: forced colours leave computed styles as they are.
 * Undefined where it is seen, or where nothing has the focus.
 */
export async function findUnseenFocus(page: Page): Promise<string | undefined> {
  const handle = await page.evaluateHandle(() => {
    let active = document.activeElement
    while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement
    return active === document.body ? null : active
  })
  const element = handle.asElement()
  if (element === null) return undefined
  const named = await element.evaluate(
    (it) => `<${it.localName} class="${it.className}"> “${it.textContent?.trim().slice(0, 40)}”`,
  )
  const clip = await element.evaluate(clipOf)
  const withFocus = await paint(page, clip)
  await element.evaluate((it) => {
    if (it instanceof HTMLElement) it.blur()
  })
  const without = await paint(page, clip)
  await element.evaluate((it) => {
    if (it instanceof HTMLElement) it.focus({ preventScroll: true })
  })
  return (await isSeen(page, withFocus, without)) ? undefined : named
}

/** What is chosen and would look the same if it were not, as it is painted. */
export async function findUnseenChoices(page: Page): Promise<string[]> {
  const unseen: string[] = []
  for (const attribute of ['aria-selected', 'aria-current']) {
    const chosen = page.locator(`[${attribute}]:not([${attribute}="false"])`)
    for (const handle of await chosen.elementHandles()) {
      const element = handle as ElementHandle<Element>
      if (!(await element.isVisible())) continue
      const value = (await element.getAttribute(attribute)) ?? ''
      const clip = await element.evaluate(clipOf)
      const asChosen = await paint(page, clip)
      await element.evaluate((it, name) => it.removeAttribute(name), attribute)
      const asOthers = await paint(page, clip)
      await element.evaluate((it, [name, was]) => it.setAttribute(name, was), [
        attribute,
        value,
      ] as const)
      if (!(await isSeen(page, asChosen, asOthers)))
        unseen.push(`“${(await element.textContent())?.trim()}” is chosen`)
    }
  }
  return unseen
}

/** Whether two pictures differ so that people see it: not in a shade, and in more than a speck. */
function isSeen(page: Page, one: Buffer, other: Buffer): Promise<boolean> {
  const pictures = [one, other].map((picture) => picture.toString('base64'))
  return page.evaluate(async (sources) => {
    const [a, b] = await Promise.all(
      sources.map(async (source) => {
        const image = new Image()
        image.src = `data:image/png;base64,${source}`
        await image.decode()
        const context = new OffscreenCanvas(image.width, image.height).getContext('2d')
        context?.drawImage(image, 0, 0)
        return context?.getImageData(0, 0, image.width, image.height).data ?? []
      }),
    )
    let changed = 0
    for (let at = 0; at < (a?.length ?? 0); at += 4) {
      const shades = [0, 1, 2].map((part) =>
        Math.abs((a?.[at + part] ?? 0) - (b?.[at + part] ?? 0)),
      )
      if (Math.max(...shades) > 96) changed += 1
    }
    return changed >= 24
  }, pictures)
}

function clipOf(focused: Element): Clip {
  // A hidden input shows its focus by its label.
  const element = focused.closest('label') ?? focused
  // A line may be around the card that a box is in.
  const room = 24
  const { left, top, right, bottom } = element.getBoundingClientRect()
  const x = Math.max(0, left - room)
  const y = Math.max(0, top - room)
  const width = Math.min(innerWidth, right + room) - x
  const height = Math.min(innerHeight, bottom + room) - y
  return { x, y, width: Math.max(1, width), height: Math.max(1, height) }
}

function paint(page: Page, clip: Clip): Promise<Buffer> {
  return page.screenshot({ clip, animations: 'disabled', caret: 'hide' })
}
