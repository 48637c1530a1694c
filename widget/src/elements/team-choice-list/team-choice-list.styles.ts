import { css } from 'lit'

/** Pills with boxes in them, a few lines high. */
export const teamChoiceListStyles = css`
  :host {
    display: block;
    min-inline-size: 0;
  }

  .count {
    padding: 0 0.375rem;
    margin-inline-start: 0.25rem;
    font-size: 0.75rem;
    color: var(--_accent);
    background: color-mix(in oklab, var(--_accent) 11%, transparent);
    border-radius: 1rem;
  }

  .choices {
    display: flex;
    flex-wrap: wrap;
    gap: 0.375rem;
    max-block-size: 11rem;
    padding: 2px;
    margin: -2px;
    overflow: auto;
  }

  .choices label {
    display: inline-flex;
    gap: 0.5rem;
    align-items: center;
    max-inline-size: 100%;
    min-block-size: 2rem;
    padding: 0.125rem 0.75rem 0.125rem 0.5rem;
    font-weight: 400;
    cursor: pointer;
    border: 1px solid var(--_border);
    border-radius: 1rem;
  }

  .choices label:hover {
    border-color: var(--_muted);
  }

  .choices label:has(:checked) {
    background: color-mix(in oklab, var(--_accent) 8%, var(--_surface));
    border-color: var(--_accent);
  }

  .choices label:has(:focus-visible) {
    outline: 2px solid var(--_focus);
    outline-offset: 1px;
  }

  .choices label:has(:disabled) {
    cursor: default;
    color: var(--_muted);
  }

  .choices input {
    flex: none;
    margin: 0;
  }

  span {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  @media (pointer: coarse) {
    .choices label {
      min-block-size: 2.75rem;
    }
  }
`
