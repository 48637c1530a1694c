import { type Html, html, type HtmlValue } from './html.ts'
import { type Language, languageNames, languages } from './language.ts'

/** The frame of every page: its own style sheet on top of the common one, and its script. */
export function layout(page: {
  language: Language
  title: string
  /** `directory`, `gallery`, `inbox`, `mailbox`, `start`: names the style sheet and, where there is one, the script. */
  look: 'directory' | 'gallery' | 'inbox' | 'mailbox' | 'start'
  script?: string
  body: HtmlValue
}): Html {
  return html`<!doctype html>
    <html lang="${page.language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${page.title}</title>
        <link rel="icon" href="/assets/icon.svg" />
        <link rel="stylesheet" href="/assets/base.css" />
        <link rel="stylesheet" href="/assets/${page.look}.css" />
        ${
          page.script !== undefined &&
          html`<script type="module" src="/assets/${page.script}"></script>`
        }
      </head>
      <body class="${page.look}">
        ${page.body}
      </body>
    </html>`
}

/** Links that show the page in each language. */
export function languageLinks(current: Language, path: string): Html {
  const separator = path.includes('?') ? '&' : '?'
  return html`<nav class="languages" aria-label="Language">
    ${languages.map(
      (language) =>
        html`<a
          href="${path}${separator}lang=${language}"
          lang="${language}"
          hreflang="${language}"
          ${language === current && html`aria-current="true"`}
          >${languageNames[language]}</a
        >`,
    )}
  </nav>`
}
