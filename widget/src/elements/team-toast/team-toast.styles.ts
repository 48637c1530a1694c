import { css } from 'lit'

/** A dark card over the lower edge of the page. */
export const teamToastStyles = css`
  :host {
    position: fixed;
    inset: auto 1rem 1rem;
    inline-size: fit-content;
    max-inline-size: min(34rem, 100vw - 2rem);
    padding: 0;
    margin-inline: auto;
    font-size: var(--team-font-size, 0.875rem);
    color: var(--_text);
    background: var(--_surface);
    border: 1px solid var(--_border);
    border-inline-start: 3px solid var(--_accent);
    border-radius: calc(var(--_radius) * 0.8);
    box-shadow: 0 12px 36px -8px rgb(8 20 17 / 32%);
  }

  .toast {
    display: grid;
    gap: 0.5rem 0.75rem;
    grid-auto-columns: auto;
    grid-template-columns: minmax(0, auto);
    grid-auto-flow: column;
    align-items: center;
    padding: 0.5rem 0.5rem 0.5rem 1rem;
  }

  p {
    overflow-wrap: anywhere;
  }

  .close {
    display: grid;
    flex: none;
    place-items: center;
    inline-size: 2.25rem;
    padding: 0;
    color: var(--_muted);
    border-color: transparent;
  }

  .notice {
    --_inset: 0.75rem;
    grid-row: 2;
    grid-column: 1 / -1;
    border: 0;
    border-radius: 0.5rem;
  }
`
