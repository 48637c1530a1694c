/** Never more rows than this are in the DOM, however long the list and tall the screen. */
export const MOST_ROWS = 30
/** Rows on either side of those in view that are rendered with them. */
const MARGIN = 2

/** Which rows to render: `first` up to but not including `end`. */
export interface RowWindow {
  first: number
  end: number
}

/** What is seen of a list of `count` rows. */
export interface ListView {
  scrollTop: number
  viewportHeight: number
  rowHeight: number
  count: number
}

/** The rows that touch the viewport and so many around them. One place stays free for a focused row elsewhere. */
function rowsAround(
  { scrollTop, viewportHeight, rowHeight, count }: ListView,
  margin: number,
): RowWindow {
  const visible = Math.ceil(viewportHeight / rowHeight) + 1
  const size = Math.min(visible + 2 * margin, MOST_ROWS - 1)
  const above = Math.max(0, Math.floor((size - visible) / 2))
  const first = Math.max(0, Math.min(Math.floor(scrollTop / rowHeight) - above, count - size))
  return { first, end: Math.min(count, first + size) }
}

/**
 * The rows that have to be there now; with them what is `rendered` already as far as there is room for it, and so many
 * `more` on either side.
 */
export function rowWindow(view: ListView, rendered: RowWindow, more = 0): RowWindow {
  const now = rowsAround(view, MARGIN)
  const most = rowsAround(view, MOST_ROWS)
  return rendered.end < now.first || rendered.first > now.end
    ? now
    : {
        first: Math.max(most.first, Math.min(rendered.first - more, now.first)),
        end: Math.min(most.end, Math.max(rendered.end + more, now.end)),
      }
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
