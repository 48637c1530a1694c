import { css } from 'lit'

/** In the place of the line that counts the members. */
export const teamBulkBarStyles = css`
  :host {
    position: absolute;
    inset: auto 0 0;
    z-index: 3;
  }

  .bar-row {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem 0.75rem;
    align-items: center;
    padding: 0.5rem var(--_inset);
    background: var(--_surface);
    border-block-start: 2px solid var(--_accent);
    box-shadow: 0 -8px 24px -12px rgb(8 20 17 / 25%);
  }

  strong {
    font-weight: 600;
  }

  select {
    max-inline-size: 100%;
    padding-inline: 0.625rem;
    cursor: pointer;
  }

  label {
    flex: 0 1 auto;
    min-inline-size: 0;
  }

  .close {
    display: grid;
    flex: none;
    place-items: center;
    inline-size: 2.25rem;
    padding: 0;
    margin-inline-start: auto;
    color: var(--_muted);
    border-color: transparent;
  }
`
