import { css } from 'lit'

/** A short list over the page, beside what was pressed. */
export const teamMemberMenuStyles = css`
  :host {
    position: fixed;
    inset: auto;
    inline-size: max-content;
    min-inline-size: 12rem;
    max-inline-size: min(20rem, 100vw - 1rem);
    padding: 0.25rem;
    margin: 0;
    font-size: var(--team-font-size, 0.875rem);
    color: var(--_text);
    background: var(--_surface);
    border: 1px solid var(--_border);
    border-radius: calc(var(--_radius) * 0.8);
    box-shadow: 0 12px 32px -8px rgb(8 20 17 / 28%);
  }

  .menu {
    display: grid;
  }

  button {
    min-block-size: 2.125rem;
    padding: 0.25rem 0.75rem;
    font-weight: 450;
    text-align: start;
    border-color: transparent;
  }

  button:hover,
  button:focus-visible {
    background: var(--_hover);
    border-color: transparent;
  }

  button:focus-visible {
    outline-offset: -2px;
  }

  .danger {
    color: var(--_danger);
  }

  .notice {
    --_inset: 0.75rem;
    margin-block-start: 0.25rem;
    border: 0;
    border-radius: 0.5rem;
  }
`
