import { type Html, html } from './html.ts'

/** Line icons (Lucide, ISC licence), drawn in the text's colour. */
const icon = (paths: Html): Html =>
  html`<svg
    class="icon"
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    stroke-width="2"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
  >
    ${paths}
  </svg>`

export const icons = {
  inbox: icon(
    html`<path d="M22 12h-6l-2 3h-4l-2-3H2" />
      <path
        d="M5.45 5.11 2 12v6a2 2 0 0 0 2 2h16a2 2 0 0 0 2-2v-6l-3.45-6.89A2 2 0 0 0 16.76 4H7.24a2 2 0 0 0-1.79 1.11z"
      />`,
  ),
  team: icon(
    html`<path d="M16 21v-2a4 4 0 0 0-4-4H6a4 4 0 0 0-4 4v2" />
      <circle cx="9" cy="7" r="4" />
      <path d="M22 21v-2a4 4 0 0 0-3-3.87M16 3.13a4 4 0 0 1 0 7.75" />`,
  ),
  building: icon(
    html`<rect x="4" y="2" width="16" height="20" rx="2" />
      <path
        d="M9 22v-4h6v4M8 6h.01M16 6h.01M12 6h.01M12 10h.01M12 14h.01M16 10h.01M16 14h.01M8 10h.01M8 14h.01"
      />`,
  ),
  mail: icon(
    html`<rect x="2" y="4" width="20" height="16" rx="2" />
      <path d="m22 7-8.97 5.7a1.94 1.94 0 0 1-2.06 0L2 7" />`,
  ),
  plus: icon(html`<path d="M5 12h14M12 5v14" />`),
  arrow: icon(html`<path d="M5 12h14M12 5l7 7-7 7" />`),
  send: icon(html`<path d="m22 2-7 20-4-9-9-4ZM22 2 11 13" />`),
  key: icon(
    html`<path
      d="m21 2-2 2m-7.61 7.61a5.5 5.5 0 1 1-7.778 7.778 5.5 5.5 0 0 1 7.777-7.777zm0 0L15.5 7.5m0 0 3 3L22 7l-3-3m-3.5 3.5L19 4"
    />`,
  ),
  back: icon(html`<path d="m15 18-6-6 6-6" />`),
} as const satisfies Record<string, Html>
