import { css } from 'lit'

/** What a job does with many, line by line. */
export const teamBulkStyles = css`
  form {
    display: grid;
    gap: 1.125rem;
  }

  .preview {
    min-block-size: 1.25rem;
    color: var(--_muted);
  }

  .preview strong {
    font-weight: 600;
    color: var(--_text);
  }

  .refused li {
    display: grid;
    padding-block: 0.375rem;
    border-block-end: 1px solid var(--_border);
  }
`
