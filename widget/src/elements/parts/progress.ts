import { html, type TemplateResult } from 'lit'

import type { Job } from '../../contract/index.ts'

/** How far a job is, as a bar and in words. */
export function progressBar(
  { done, total }: Pick<Job, 'done' | 'total'>,
  label: string,
  words: string,
): TemplateResult {
  return html`<div class="progress">
    <p><strong>${label}</strong> <span class="hint">${words}</span></p>
    ${
      total === null
        ? html`<progress aria-label=${label}></progress>`
        : html`<progress aria-label=${label} max=${Math.max(1, total)} .value=${done}></progress>`
    }
  </div>`
}
