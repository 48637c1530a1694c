import { css } from 'lit'

/** What a job does with many, line by line. */
export const teamBulkStyles = css`
  form {
    display: grid;
    gap: 1.125rem;
  }

  progress {
    inline-size: 100%;
    block-size: 0.5rem;
    margin-block: 0.5rem;
    accent-color: var(--_accent);
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
