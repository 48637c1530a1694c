/** Never more rows than this are in the DOM, however long the list and tall the screen. */
export const MOST_ROWS = 30
const OVERSCAN = 4

/** Which rows to render: `first` up to but not including `end`. */
export interface RowWindow {
  first: number
  end: number
}

/** The rows of a list of `count` that touch a viewport, with a few around them. One place stays free for a focused row elsewhere. */
export function rowWindow(view: {
  scrollTop: number
  viewportHeight: number
  rowHeight: number
  count: number
}): RowWindow {
  const visible = Math.ceil(view.viewportHeight / view.rowHeight) + 1
  const size = Math.min(visible + 2 * OVERSCAN, MOST_ROWS - 1)
  const above = Math.max(0, Math.floor((size - visible) / 2))
  const top = Math.floor(view.scrollTop / view.rowHeight)
  const first = Math.max(0, Math.min(top - above, view.count - size))
  return { first, end: Math.min(view.count, first + size) }
}

/** The scroll position that shows a row whole, moving as little as possible. */
export function scrollTopToShow(
  row: number,
  view: { scrollTop: number; viewportHeight: number; rowHeight: number },
): number {
  const top = row * view.rowHeight
  const lowest = top + view.rowHeight - view.viewportHeight
  return Math.min(top, Math.max(view.scrollTop, lowest))
}
