import type { WorkspaceBrand } from '@plantel/db'
import type { Locale } from '@plantel/team'

import { type Html, html } from './html.ts'
import type { Mail } from './mailer.ts'

/** What a mail says, in the order in which it is read. */
export interface MailContent {
  workspaceId: string
  recipient: string
  language: Locale
  brand: WorkspaceBrand | null
  /** Whose mail it is where the brand has no name. */
  workspaceName: string
  subject: string
  greeting: string
  paragraphs: readonly string[]
  /** What a person wrote; keeps its lines. */
  quote?: { text: string; by: string } | undefined
  /** The one thing to do. */
  button?: { label: string; url: string; otherwise: string } | undefined
  /** After the button: until when, and what if not. */
  notes?: readonly string[]
  /** Why the person receives it. */
  footer: string
}

/** The same content as text and as HTML that mail programs of twenty years show alike: one table, styles in place. */
export function layOutMail(content: MailContent): Mail {
  const { workspaceId, recipient } = content
  // A header is one line.
  const subject = content.subject.replaceAll(/\s+/g, ' ').trim()
  return { workspaceId, recipient, subject, text: asText(content), html: asHtml(content, subject) }
}

function asText(content: MailContent): string {
  const { greeting, paragraphs, quote, button, notes = [], footer } = content
  const blocks = [
    greeting,
    ...paragraphs,
    ...(quote === undefined ? [] : [`${quote.by}\n${quoted(quote.text)}`]),
    ...(button === undefined ? [] : [`${button.label}:\n${button.url}`]),
    ...notes,
    footer,
  ]
  return `${blocks.join('\n\n')}\n`
}

function quoted(text: string): string {
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => `> ${line}`)
    .join('\n')
}

const defaultAccent = '#3b5bdb'

function asHtml(content: MailContent, subject: string): string {
  const { language, brand, workspaceName, greeting, paragraphs, notes = [], footer } = content
  const accent = /^#[0-9a-f]{6}$/i.test(brand?.accent ?? '') ? (brand?.accent ?? '') : defaultAccent
  return html`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${subject}</title>
      </head>
      <body style="margin:0;padding:24px;background:#f4f5f7">
        <table
          role="presentation"
          align="center"
          cellpadding="0"
          cellspacing="0"
          width="100%"
          style="max-width:520px;background:#ffffff;border-radius:8px;border-top:4px solid ${accent}"
        >
          <tr>
            <td style="padding:28px;font:16px/1.5 system-ui,sans-serif;color:#1c2024">
              ${letterhead(brand, workspaceName)} ${paragraph(greeting)}
              ${joined(paragraphs.map(paragraph))} ${quoteBlock(content.quote)}
              ${buttonBlock(content.button, accent)} ${joined(notes.map(paragraph))}
              <p style="margin:20px 0 0;font-size:13px;color:#60646c">${footer}</p>
            </td>
          </tr>
        </table>
      </body>
    </html>`.html
}

function letterhead(brand: WorkspaceBrand | null, workspaceName: string): Html {
  const name = brand?.name ?? workspaceName
  if (brand?.logoUrl === undefined) {
    return html`<p style="margin:0 0 20px;font-weight:600">${name}</p>`
  }
  return html`<p style="margin:0 0 20px">
    <img src="${brand.logoUrl}" alt="${name}" height="32" style="height:32px;border:0" />
  </p>`
}

function paragraph(text: string): Html {
  return html`<p style="margin:0 0 12px">${text}</p>`
}

function quoteBlock(quote: MailContent['quote']): Html {
  if (quote === undefined) return html``
  return html`<p style="margin:0 0 4px">${quote.by}</p>
    <p style="margin:0 0 16px;padding:8px 12px;border-left:3px solid #d9dce1;color:#3a3f47">
      ${joined(quote.text.split('\n').map((line) => html`${line}<br />`))}
    </p>`
}

function buttonBlock(button: MailContent['button'], accent: string): Html {
  if (button === undefined) return html``
  const { label, url, otherwise } = button
  return html`<p style="margin:20px 0">
      <a
        href="${url}"
        style="display:inline-block;padding:12px 20px;border-radius:6px;background:${accent};color:${inkOn(accent)};font-weight:600;text-decoration:none"
        >${label}</a
      >
    </p>
    <p style="margin:0 0 16px;font-size:13px;color:#60646c;word-break:break-all">
      ${otherwise}<br /><a href="${url}" style="color:#60646c">${url}</a>
    </p>`
}

function joined(parts: readonly Html[]): Html {
  return { html: parts.map((part) => part.html).join('') }
}

/** Black or white, whichever reads better on the colour. WCAG 2.2, relative luminance. */
function inkOn(colour: string): string {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const part = Number.parseInt(colour.slice(start, start + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
  return luminance > 0.179 ? '#111111' : '#ffffff'
}
