import type { Page } from 'playwright'

/**
 * What of a page's text a reader can't get at, through every shadow root: cut off without a title that says it in
 * full, or outside of the page where nothing scrolls to it. Empty where all can be read.
 */
export function findCutTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found = new Set<string>()

    function look(element: Element, text: string, box: DOMRect): void {
      if (box.width <= 1 || box.height <= 1) return
      const named = `“${text.slice(0, 60)}” in <${element.localName} class="${element.className}">`
      const around: Element[] = []
      for (let at: Element | null = element; at !== null;) {
        around.push(at)
        const root = at.getRootNode()
        at = at.assignedSlot ?? at.parentElement ?? (root instanceof ShadowRoot ? root.host : null)
      }
      // For screen readers only.
      if (around.some((at) => getComputedStyle(at).clipPath !== 'none')) return
      for (const at of around) {
        const { overflowX, overflowY } = getComputedStyle(at)
        const area = at.getBoundingClientRect()
        const isAside = box.right > area.right + 1 || box.left < area.left - 1
        const isBelow = box.bottom > area.bottom + 1 || box.top < area.top - 1
        if (/auto|scroll/.test(isAside ? overflowX : overflowY)) return
        const isCut =
          (isAside && /hidden|clip/.test(overflowX)) || (isBelow && /hidden|clip/.test(overflowY))
        if (isCut && at.localName !== 'html') {
          const isTitled = around.some((one) => one.getAttribute('title')?.includes(text) === true)
          if (!isTitled) found.add(`cut: ${named}`)
          return
        }
        if (at.localName === 'dialog' || at.hasAttribute('popover')) break
      }
      if (box.right > innerWidth + 1 || box.left < -1) found.add(`outside: ${named}`)
    }

    function visit(node: Node): void {
      if (node instanceof Element) {
        const isVisible = node.checkVisibility({ visibilityProperty: true, opacityProperty: true })
        if (!isVisible && getComputedStyle(node).display !== 'contents') return
        if (node.shadowRoot !== null) visit(node.shadowRoot)
      }
      const text = node.nodeType === Node.TEXT_NODE ? (node.textContent ?? '').trim() : ''
      if (text !== '' && node.parentElement !== null && node.parentElement.localName !== 'option') {
        const range = document.createRange()
        range.selectNodeContents(node)
        look(node.parentElement, text, range.getBoundingClientRect())
      }
      for (const child of node.childNodes) visit(child)
    }

    if (document.documentElement.scrollWidth > innerWidth) found.add('the page scrolls sideways')
    visit(document.body)
    return [...found]
  })
}
