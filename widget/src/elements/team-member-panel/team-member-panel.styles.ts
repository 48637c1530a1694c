import { css } from 'lit'

/** What is about one member: tabs, reasons and what can be done. */
export const teamMemberPanelStyles = css`
  .portrait {
    position: relative;
    --_avatar: 2.75rem;
  }

  .portrait .presence {
    inset-block-end: -0.125rem;
    inset-inline-end: -0.125rem;
  }

  .facts {
    gap: 0.25rem 0.875rem;
    color: var(--_muted);
  }

  .tabs {
    display: flex;
    gap: 0.125rem;
    padding: 0.25rem;
    background: color-mix(in oklab, var(--_text) 6%, var(--_surface));
    border-radius: calc(var(--_radius) * 0.8);
  }

  .tabs button {
    flex: 1 1 auto;
    min-inline-size: 0;
    min-block-size: 2rem;
    padding-inline: 0.25rem;
    font-size: 0.8125rem;
    white-space: nowrap;
    color: var(--_muted);
    background: none;
    border-color: transparent;
  }

  .tabs [aria-selected='true'] {
    color: var(--_text);
    background: var(--_surface);
    border-color: var(--_border);
    /* Seen in forced colours alone, which take the background away. */
    text-decoration: underline 2px transparent;
  }

  .sheet {
    display: grid;
    gap: 1.25rem;
    align-content: start;
  }

  section h3,
  .locked h3 {
    margin-block-end: 0.375rem;
  }

  .locked .value {
    font-weight: 550;
    overflow-wrap: anywhere;
  }

  .grants li {
    display: grid;
    gap: 1px;
    justify-items: start;
    padding-block: 0.5rem;
    padding-inline-start: 0.875rem;
    border-inline-start: 2px solid var(--_accent);
  }

  .grants li + li {
    margin-block-start: 0.5rem;
  }

  .grants .outweighed {
    border-inline-start-style: dashed;
    border-inline-start-color: var(--_control);
  }

  .grants .value {
    font-weight: 600;
    overflow-wrap: anywhere;
  }

  .outweighed .value {
    font-weight: 500;
    color: var(--_muted);
  }

  .why {
    font-size: 0.8125rem;
    color: var(--_muted);
  }

  .permissions {
    display: grid;
    gap: 0.25rem 1rem;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 12rem), 1fr));
  }

  .permissions li::before {
    content: '✓ ' / '';
    color: var(--_success);
  }

  .deeds {
    display: grid;
  }

  .deed {
    display: flex;
    gap: 0.875rem;
    align-items: center;
    justify-content: space-between;
    padding-block: 0.75rem;
    border-block-start: 1px solid var(--_border);
  }

  .deed p {
    display: grid;
    flex: 1;
  }

  .deed button {
    flex: none;
    max-inline-size: 50%;
    padding-block: 0.25rem;
  }

  .password {
    display: grid;
    gap: 0.75rem;
    justify-items: start;
  }

  .password .field {
    inline-size: 100%;
  }

  .conflict ul {
    flex-basis: 100%;
    list-style: disc;
    padding-inline-start: 1.25rem;
  }
`
