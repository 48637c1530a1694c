import { type Markup, trustedMarkup } from './markup.ts'

export const personIcon: Markup = icon(
  '<circle cx="12" cy="8" r="4"/><path d="M4 20c1.5-4 4.5-5 8-5s6.5 1 8 5"/>',
)
export const checkIcon: Markup = icon('<path d="M5 12.5l4.5 4.5L19 7.5"/>')
export const alertIcon: Markup = icon(
  '<path d="M12 7v6"/><path d="M12 16.8v.2"/><circle cx="12" cy="12" r="9.5"/>',
)
export const keyIcon: Markup = icon(
  '<circle cx="8" cy="15" r="4.5"/><path d="M11.3 11.7L20 3"/><path d="M16 7l3 3"/>',
)

function icon(shapes: string): Markup {
  return trustedMarkup(
    `<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">${shapes}</svg>`,
  )
}
