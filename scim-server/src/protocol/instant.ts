/** dateTime values. RFC 7643 §2.3.5, RFC 3339. */

const shape =
  /^(\d{4}-\d{2}-\d{2})[Tt](\d{2}:\d{2}:\d{2})(?:\.(\d{1,12}))?([Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/

/**
 * An RFC 3339 text as UTC with six decimals, so that the order of texts is the order of instants;
 * undefined when it is not one. Digits beyond the microsecond are cut, as the database keeps none.
 */
export function parseInstant(text: string): string | undefined {
  const match = shape.exec(text)
  if (match === null) return undefined
  const [, date, time, fraction = '', offset] = match
  const milliseconds = Date.parse(`${date}T${time}${(offset ?? '').toUpperCase()}`)
  if (Number.isNaN(milliseconds)) return undefined
  // Date.parse turns 31 February into March; such a day doesn't exist.
  const day = Date.parse(`${date}T00:00:00Z`)
  if (Number.isNaN(day) || new Date(day).toISOString().slice(0, 10) !== date) return undefined
  const utc = new Date(milliseconds).toISOString()
  if (utc.length !== 24) return undefined
  return `${utc.slice(0, 19)}.${fraction.padEnd(6, '0').slice(0, 6)}Z`
}
