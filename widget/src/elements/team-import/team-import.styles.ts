import { css } from 'lit'

/** Where a file is put, and what becomes of its rows. */
export const teamImportStyles = css`
  .drop {
    display: grid;
    gap: 0.25rem;
    justify-items: center;
    padding: 2rem 1rem;
    text-align: center;
    cursor: pointer;
    border: 1.5px dashed var(--_control);
    border-radius: var(--_radius);
  }

  .drop:hover,
  .drop:focus-within {
    background: var(--_hover);
    border-color: var(--_accent);
  }

  .drop:focus-within {
    outline: 2px solid var(--_focus);
    outline-offset: 2px;
  }

  .drop strong {
    color: var(--_accent);
  }

  .outcomes {
    display: flex;
    flex-wrap: wrap;
    gap: 0.375rem;
    margin-block-start: 0.5rem;
  }

  .outcomes .mark {
    padding: 0.125rem 0.625rem;
    font-size: 0.8125rem;
  }

  .refused {
    color: var(--_danger);
  }

  .created {
    color: var(--_success);
  }

  .rows li {
    display: grid;
    gap: 0 0.875rem;
    grid-template-columns: 5rem minmax(0, 1fr);
    padding-block: 0.375rem;
    border-block-end: 1px solid var(--_border);
  }
`
