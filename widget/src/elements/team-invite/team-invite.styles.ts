import { css } from 'lit'

/** Fields in two columns where there is room. */
export const teamInviteStyles = css`
  form {
    display: grid;
    gap: 1.125rem 0.875rem;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 12rem), 1fr));
  }

  form > .notice {
    grid-column: 1 / -1;
  }

  .ways {
    margin-inline: -0.875rem;
  }

  .ways:empty {
    display: none;
  }

  .plain {
    color: var(--_accent);
  }

  section {
    display: grid;
    gap: 0.5rem;
    justify-items: start;
  }

  .outcomes {
    inline-size: 100%;
  }

  .outcomes li {
    display: grid;
    padding-block: 0.5rem;
    padding-inline-start: 1.5rem;
    position: relative;
    border-block-end: 1px solid var(--_border);
  }

  .outcomes li::before {
    position: absolute;
    inset-block-start: 0.5rem;
    inset-inline-start: 0.125rem;
  }

  .outcomes button {
    justify-self: start;
    margin-block-start: 0.375rem;
  }

  .good::before {
    content: '✓' / '';
    color: var(--_success);
  }

  .bad::before {
    content: '✕' / '';
    color: var(--_danger);
  }

  bdi {
    overflow-wrap: anywhere;
  }
`
