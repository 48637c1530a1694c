import { type Html, html } from '../pages/html.ts'
import type { Language } from '../pages/language.ts'
import { directoryMessages } from './directory-messages.ts'
import type { ScimExchange } from './request-log.ts'

/** One request of the log panel, its bodies behind a disclosure. */
export function logEntry(exchange: ScimExchange, language: Language): Html {
  const t = directoryMessages[language]
  const { call, path, status, failure } = exchange
  const time = new Intl.DateTimeFormat(language, { timeStyle: 'medium' }).format(exchange.at)
  // The connection's id is the same in every line and hides what differs.
  const shortPath = path.replace(/^\/scim\/v2\/[^/]+/, '')
  return html`<li data-exchange="${exchange.id}" class="${failure === undefined ? 'ok' : 'bad'}">
    <details>
      <summary>
        <span class="method ${call.method.toLowerCase()}">${call.method}</span>
        <code class="path" title="${decode(path)}">${decode(shortPath)}</code>
        <span class="status">${status ?? t.noAnswer}</span>
        <span class="time">${Math.round(exchange.durationMs)} ms</span>
        ${call.about !== undefined && html`<span class="about">${call.about}</span>`}
        ${failure !== undefined && html`<span class="plain">${t.failed[failure]}</span>`}
      </summary>
      <p class="subtle">${time}</p>
      <h3>${t.request}</h3>
      <pre tabindex="0">${call.method} ${path}${body(call.body, '')}</pre>
      <h3>${t.answer}</h3>
      <pre tabindex="0">${status ?? t.noAnswer}${body(exchange.answer, t.noBody)}</pre>
    </details>
  </li>`
}

function body(value: unknown, none: string): string {
  if (value === undefined) return none === '' ? '' : `\n${none}`
  return `\n\n${typeof value === 'string' ? value : JSON.stringify(value, null, 2)}`
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
