/** How a locale writes numbers, plurals, lists and times; all of it from `Intl`. */
export interface Phrasing {
  number: (value: number) => string
  /** `1 member`, `2 members`: the number and the word that goes with it. */
  counted: (count: number, one: string, other: string) => string
  list: (items: readonly string[]) => string
  /** `3 hours ago`, `yesterday`. */
  ago: (time: Date, now: number) => string
  date: (time: Date) => string
  dateAndTime: (time: Date) => string
}

const steps: [unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['week', 7 * 86_400],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
]

/** Phrasing for a BCP 47 tag, e.g. `es-MX`. */
export function createPhrasing(tag: string): Phrasing {
  const numbers = new Intl.NumberFormat(tag)
  const plurals = new Intl.PluralRules(tag)
  const lists = new Intl.ListFormat(tag, { type: 'conjunction' })
  const relative = new Intl.RelativeTimeFormat(tag, { numeric: 'auto' })
  const dates = new Intl.DateTimeFormat(tag, { dateStyle: 'long' })
  const moments = new Intl.DateTimeFormat(tag, { dateStyle: 'long', timeStyle: 'short' })
  return {
    number: (value) => numbers.format(value),
    counted: (count, one, other) =>
      `${numbers.format(count)} ${plurals.select(count) === 'one' ? one : other}`,
    list: (items) => lists.format(items),
    ago: (time, now) => {
      // A server's clock may be ahead of ours: nobody was active in the future.
      const seconds = Math.max(0, (now - time.getTime()) / 1000)
      const step = steps.find(([, length]) => seconds >= length)
      if (step === undefined) return relative.format(0, 'second')
      const [unit, length] = step
      return relative.format(-Math.floor(seconds / length), unit)
    },
    date: (time) => dates.format(time),
    dateAndTime: (time) => moments.format(time),
  }
}
