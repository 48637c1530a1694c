import { css } from 'lit'

/** Tokens and the input after them look like one field. */
export const teamAddressesStyles = css`
  :host {
    display: block;
  }

  .box {
    display: flex;
    flex-wrap: wrap;
    gap: 0.375rem;
    max-block-size: 12rem;
    padding: 0.25rem;
    overflow: auto;
    cursor: text;
    border: 1px solid var(--_control);
    border-radius: calc(var(--_radius) * 0.6);
  }

  .box:hover {
    border-color: var(--_muted);
  }

  .box:focus-within {
    outline: 2px solid var(--_focus);
    outline-offset: 1px;
  }

  .box:has([aria-invalid]) {
    border-color: var(--_danger);
  }

  ul {
    display: contents;
  }

  li {
    display: inline-flex;
    flex-wrap: wrap;
    gap: 0 0.375rem;
    align-items: center;
    max-inline-size: 100%;
    min-block-size: 1.75rem;
    padding-inline-start: 0.5rem;
    background: color-mix(in oklab, var(--_accent) 9%, var(--_surface));
    border-radius: 0.5rem;
  }

  bdi {
    overflow-wrap: anywhere;
  }

  .wrong {
    background: color-mix(in oklab, var(--_danger) 8%, var(--_surface));
    box-shadow: inset 0 0 0 1px color-mix(in oklab, var(--_danger) 40%, transparent);
  }

  .why {
    font-size: 0.8125rem;
    color: var(--_danger);
  }

  button {
    display: grid;
    place-items: center;
    min-block-size: 1.75rem;
    inline-size: 1.625rem;
    padding: 0;
    background: none;
    border: 0;
  }

  input,
  input:hover {
    flex: 1 1 9rem;
    inline-size: auto;
    min-block-size: 1.75rem;
    padding: 0 0.25rem;
    background: none;
    border: 0;
    outline: 0;
  }

  [role='status']:empty {
    display: none;
  }
`
