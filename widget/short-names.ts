/**
 * Names of properties that are written and read in one bundle alone: no host has them, no message, no answer of the API, and
 * no element that another copy of the widget on the page may have defined is asked by them.
 */
const names =
  `addController canvasHeight closeDialog confirmation createProperty createRenderRoot distanceMoved elementStyles emptied
  enableUpdating finalizeStyles firstUpdated fromAttribute getCompatibleStyle getPropertyOptions gridBounds
  hasFilters hasRows hasUpdated hostConnected hostDisconnected hostUpdate hostUpdated isBlocked isBusy isCompared isDangerous
  isDisabled isExporting isHandedOver isIncomplete isLight isOptional isSearching isUpdatePending nearestInView onDone onEdit
  onFirstPage onInlineSize onInput onRevoke passwordError performUpdate renderCard renderDialog renderOptions renderQuestion
  renderRoot renderSubmit renderTop renderUnread renderView retryAfter rowHeight rowsInView shadowRootOptions
  showDialog shownQuery tabStop theirs toAttribute topPx viewportHeight willUpdate`.split(/\s+/)

const long = new RegExp(`(?<![\\w$])(?:${names.join('|')})(?![\\w$])`, 'g')
const inQuotes = new RegExp(`(["'\`])(?:${names.join('|')})\\1`)

/** Writes them shorter in a chunk; a chunk that has one as a text is refused, because texts stay as they are. */
export function shortenNames(code: string): string {
  const text = inQuotes.exec(code)?.[0]
  if (text !== undefined) throw new Error(`${text} is a text: it can not be a short name.`)
  return code.replace(long, (name) => `$${names.indexOf(name).toString(36)}`)
}
