import { css } from 'lit'

/** The table of permissions, and the boxes of one role. */
export const teamRolesStyles = css`
  .matrix {
    margin-block-start: 1rem;
    overflow: auto;
    border: 1px solid var(--_border);
    border-radius: calc(var(--_radius) * 0.8);
  }

  table {
    inline-size: 100%;
    border-collapse: collapse;
  }

  th,
  td {
    padding: 0.375rem 0.75rem;
    font-weight: 400;
    text-align: start;
    border-block-end: 1px solid var(--_border);
  }

  thead th {
    font-weight: 600;
  }

  thead th,
  td {
    text-align: center;
  }

  .group {
    font-size: 0.8125rem;
    font-weight: 600;
    color: var(--_muted);
    background: var(--_sunken);
  }

  .yes::before {
    content: '✓';
    font-weight: 700;
    color: var(--_success);
  }

  .no::before {
    content: '–';
    color: var(--_muted);
  }

  .permission {
    display: flex;
    gap: 0.5rem;
    align-items: flex-start;
    min-block-size: 1.75rem;
    font-weight: 400;
  }

  .permission input {
    flex: none;
  }
`
