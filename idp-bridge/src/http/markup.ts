/** Text that is HTML already: made by `markup`, or by `trustedMarkup` from what a library hands us. */
export class Markup {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Builds HTML; every interpolated text is escaped, lists are joined, `undefined` is nothing. */
export function markup(
  parts: TemplateStringsArray,
  ...values: readonly (string | Markup | readonly Markup[] | undefined)[]
): Markup {
  return new Markup(
    parts.reduce((text, part, index) => text + valueToText(values[index - 1]) + part),
  )
}

/** HTML that a library has escaped. */
export function trustedMarkup(text: string): Markup {
  return new Markup(text)
}

function valueToText(value: string | Markup | readonly Markup[] | undefined): string {
  if (value === undefined) return ''
  if (value instanceof Markup) return value.text
  if (typeof value === 'string')
    return value.replace(/[&<>"']/g, (found) => escapes[found] ?? found)
  return value.map((item) => item.text).join('')
}
