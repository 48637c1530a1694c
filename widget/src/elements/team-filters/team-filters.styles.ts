import { css } from 'lit'

/** Between the toolbar and the rows; two beside each other where it is narrow. */
export const teamFiltersStyles = css`
  .grid {
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 9rem), 1fr));
    gap: 0.5rem 0.875rem;
    align-items: end;
    padding: 0 var(--_inset) 1rem;
  }
`
