/** The columns of the member list, in the order they stand in. */
export type ColumnId =
  | 'person'
  | 'role'
  | 'departments'
  | 'channels'
  | 'state'
  | 'activity'
  | 'source'
  | 'menu'

/** The columns that a host may leave out. */
export type TeamColumn = Exclude<ColumnId, 'person' | 'menu'>

/** What the list looks like in the space it has. */
export interface ListLayout {
  /** Below this width a row is a card and shows everything. */
  isCards: boolean
  columns: readonly ColumnId[]
  /** How many departments are named before the rest is counted. */
  chips: number
}

/** Must agree with the container query in the style sheet. */
const CARDS_BELOW_PX = 640
const TWO_CHIPS_FROM_PX = { inCards: 460, inRows: 1440 }

const definitions: { id: ColumnId; track: string; fromPx: number }[] = [
  { id: 'person', track: 'minmax(13.5rem, 5fr)', fromPx: 0 },
  { id: 'role', track: 'minmax(6.5rem, 1fr)', fromPx: 0 },
  { id: 'departments', track: 'minmax(9rem, 1.6fr)', fromPx: 704 },
  { id: 'channels', track: 'minmax(7rem, 1.1fr)', fromPx: 1240 },
  { id: 'state', track: 'minmax(6.5rem, 0.8fr)', fromPx: 0 },
  { id: 'activity', track: 'minmax(8.25rem, 1fr)', fromPx: 852 },
  { id: 'source', track: 'minmax(11rem, 1fr)', fromPx: 1064 },
  { id: 'menu', track: '1.75rem', fromPx: 0 },
]

/** Which columns have room in so many pixels, of those that the host wants. */
export function layoutFor(
  inlineSizePx: number,
  wanted: readonly TeamColumn[] | null = null,
): ListLayout {
  const isCards = inlineSizePx < CARDS_BELOW_PX
  const columns = definitions.filter(
    ({ id, fromPx }) =>
      (isCards || inlineSizePx >= fromPx) &&
      (wanted === null || id === 'person' || id === 'menu' || wanted.includes(id)),
  )
  const twoFrom = isCards ? TWO_CHIPS_FROM_PX.inCards : TWO_CHIPS_FROM_PX.inRows
  const chips = inlineSizePx >= twoFrom ? 2 : 1
  return { isCards, chips, columns: columns.map(({ id }) => id) }
}

/** The `grid-template-columns` of a row and of the header. */
export function columnTracks(columns: readonly ColumnId[]): string {
  return definitions
    .filter(({ id }) => columns.includes(id))
    .map(({ track }) => track)
    .join(' ')
}
