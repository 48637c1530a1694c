/** Text that is already HTML. */
export interface Html {
  readonly html: string
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Builds HTML; every value is escaped unless it is `Html` itself. */
export function html(parts: TemplateStringsArray, ...values: readonly (string | Html)[]): Html {
  return {
    html: parts.reduce((text, part, index) => {
      const value = values[index - 1] ?? ''
      return text + (typeof value === 'string' ? escapeHtml(value) : value.html) + part
    }),
  }
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character)
}
