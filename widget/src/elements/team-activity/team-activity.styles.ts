import { css } from 'lit'

/** Entries one below the other, each in four columns where there is room. */
export const teamActivityStyles = css`
  .filters {
    display: flex;
    flex-wrap: wrap;
    gap: 0.75rem;
    margin-block-end: 0.875rem;
  }

  .filters select {
    inline-size: auto;
  }

  .card > * {
    min-inline-size: 0;
    overflow-wrap: anywhere;
  }

  summary {
    inline-size: fit-content;
    min-block-size: 1.5rem;
    font-size: 0.8125rem;
    color: var(--_muted);
    cursor: pointer;
  }

  table {
    margin-block-start: 0.25rem;
    font-size: 0.8125rem;
    border-collapse: collapse;
  }

  th,
  td {
    padding: 0.25rem 1rem 0.25rem 0;
    font-weight: 400;
    text-align: start;
    vertical-align: top;
    overflow-wrap: anywhere;
  }

  th {
    color: var(--_muted);
  }

  .more {
    margin-block-start: 0.875rem;
  }

  @container view (inline-size >= 560px) {
    .cards {
      grid-template-columns: minmax(7rem, 1fr) minmax(8rem, 1.5fr) minmax(8rem, 1.5fr) auto;
    }
  }
`
