import { html, nothing, type TemplateResult } from 'lit'

import type { MemberRow } from '../../contract/index.ts'
import type { Localization } from '../../i18n/locales.ts'

const HUES = 9

/** A picture over the person's initials: while it loads, and when it cannot, the initials are seen. */
export function avatar(
  member: Pick<MemberRow, 'id' | 'displayName' | 'email' | 'avatarUrl' | 'presence'>,
  { messages, resolveAvatar }: Localization,
): TemplateResult {
  const { presence } = member
  const avatarUrl = resolveAvatar == null ? member.avatarUrl : resolveAvatar(member)
  return html`<span
      class="avatar"
      part="avatar"
      .style=${`--_hue:${hueOf(member.id)}`}
      aria-hidden="true"
      >${initialsOf(member.displayName)}${
        avatarUrl &&
        html`<img
          alt=""
          src=${avatarUrl}
          referrerpolicy="no-referrer"
          decoding="async"
          @load=${reveal}
          @error=${conceal}
        />`
      }</span
    >${
      presence === null || presence === 'offline'
        ? nothing
        : html`<span
            class="presence ${presence}"
            role="img"
            aria-label=${messages.presence[presence]}
            title=${messages.presence[presence]}
          ></span>`
    }`
}

/** First letters of the first and the last word, whole characters of any script. */
export function initialsOf(name: string): string {
  const words = name.match(/[\p{L}\p{N}][\p{M}\p{L}\p{N}]*/gu) ?? []
  const ends = words.length > 1 ? [words[0], words.at(-1)] : words
  return ends
    .map((word) => String.fromCodePoint(word?.codePointAt(0) ?? 0x20))
    .join('')
    .trim()
    .toLocaleUpperCase()
}

/** A colour that stays with a person, whatever they are called. */
function hueOf(id: string): number {
  let hash = 0
  for (const character of id) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0
  return (hash % HUES) * 40 + 20
}

function conceal(event: Event): void {
  ;(event.target as HTMLElement).classList.add('unseen')
}

function reveal(event: Event): void {
  ;(event.target as HTMLElement).classList.remove('unseen')
}
