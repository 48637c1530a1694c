import type { AccessMessages } from './access/access-messages.ts'
import type { Messages } from './messages.ts'

/** Some words of many; of a group of words, too, only some may be given. */
type Some<Words> = Words extends string | ((...values: never[]) => string)
  ? Words
  : { [Key in keyof Words]?: Some<Words[Key]> }

/** A host's own words in place of ours. */
export type Labels = Some<Messages & AccessMessages>

/** Puts a host's words over ours. */
export function relabel<Words extends object>(words: Words, labels: object): Words {
  const own = Object.entries(labels).map(([key, label]: [string, unknown]) => [
    key,
    typeof label === 'object' && label !== null
      ? relabel((words as Record<string, object>)[key] ?? {}, label)
      : label,
  ])
  return { ...words, ...Object.fromEntries(own) }
}
