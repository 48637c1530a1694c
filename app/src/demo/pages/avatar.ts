import { type Html, html } from './html.ts'

/** Coloured circle with somebody's initials; decoration beside their name. The policy allows no style attribute, so hues are classes. */
export function avatar(name: string): Html {
  const words = name.split(/\s+/).filter(Boolean)
  const initials = `${words[0]?.[0] ?? ''}${words[1]?.[0] ?? ''}`.toLocaleUpperCase()
  let hash = 0
  for (const character of name) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 9973
  return html`<span class="avatar hue-${hash % 8}" aria-hidden="true">${initials}</span>`
}
