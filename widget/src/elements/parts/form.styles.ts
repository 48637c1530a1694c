import { css } from 'lit'

/** Fields, choices, notices and buttons of every form. */
export const formStyles = css`
  h3 {
    font-size: 0.8125rem;
    font-weight: 600;
    color: var(--_muted);
  }

  .grid {
    display: grid;
    gap: 1rem 0.875rem;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 12rem), 1fr));
  }

  .wide {
    grid-column: 1 / -1;
  }

  .field {
    display: grid;
    gap: 0.25rem;
    align-content: start;
    min-inline-size: 0;
  }

  label,
  legend {
    padding: 0;
    font-weight: 550;
  }

  .optional,
  .hint {
    font-size: 0.8125rem;
    font-weight: 400;
    color: var(--_muted);
  }

  .error {
    font-size: 0.8125rem;
    color: var(--_danger);
  }

  input,
  select,
  textarea {
    inline-size: 100%;
    min-inline-size: 0;
    padding: 0.5rem 0.625rem;
  }

  textarea {
    min-block-size: 4.5rem;
    font: inherit;
    color: inherit;
    resize: vertical;
    background: var(--_surface);
    border: 1px solid var(--_control);
    border-radius: calc(var(--_radius) * 0.6);
  }

  input:hover,
  select:hover,
  textarea:hover {
    border-color: var(--_muted);
  }

  input:read-only:not([type='checkbox'], [type='radio']) {
    color: var(--_muted);
    background: var(--_sunken);
    border-style: dashed;
  }

  [aria-invalid='true'] {
    border-color: var(--_danger);
  }

  fieldset {
    display: grid;
    gap: 0.5rem;
    min-inline-size: 0;
    padding: 0;
    margin: 0;
    border: 0;
  }

  legend {
    margin-block-end: 0.375rem;
  }

  .option {
    display: grid;
    gap: 0.125rem 0.625rem;
    grid-template-columns: auto minmax(0, 1fr);
    align-items: start;
    padding: 0.625rem 0.75rem;
    font-weight: 400;
    cursor: pointer;
    border: 1px solid var(--_border);
    border-radius: calc(var(--_radius) * 0.7);
  }

  .option:hover {
    border-color: var(--_muted);
  }

  .option:has(:checked) {
    background: color-mix(in oklab, var(--_accent) 6%, var(--_surface));
    border-color: var(--_accent);
  }

  .option:has(:disabled) {
    cursor: default;
    color: var(--_muted);
    background: var(--_sunken);
    border-color: var(--_border);
  }

  .option:has(:focus-visible) {
    outline: 2px solid var(--_focus);
    outline-offset: 2px;
  }

  .option .name {
    font-weight: 550;
    overflow-wrap: anywhere;
  }

  .option .hint {
    grid-column: 2;
  }

  input[type='checkbox'],
  input[type='radio'] {
    inline-size: 1rem;
    block-size: 1rem;
    min-block-size: 0;
    padding: 0;
    margin: 1px 0 0;
    accent-color: var(--_accent);
    outline: none;
  }

  .line {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
    align-items: center;
  }

  button:disabled {
    cursor: default;
    opacity: 0.55;
  }

  .danger {
    color: var(--_danger);
    border-color: color-mix(in oklab, var(--_danger) 45%, transparent);
  }

  .danger.primary {
    color: var(--_surface);
    background: var(--_danger);
  }

  .plain {
    border-color: transparent;
  }

  .notice {
    border: 1px solid var(--_border);
    border-radius: calc(var(--_radius) * 0.7);
    --_inset: 0.875rem;
  }

  .notice p:first-child {
    flex-basis: 100%;
  }

  .notice.empty {
    background: var(--_sunken);
  }

  progress {
    inline-size: 100%;
    block-size: 0.5rem;
    margin-block: 0.5rem;
    accent-color: var(--_accent);
  }

  .info {
    padding: 0.625rem 0.875rem;
    background: var(--_sunken);
    border-radius: calc(var(--_radius) * 0.7);
  }
`
