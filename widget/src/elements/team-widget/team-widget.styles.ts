import { css } from 'lit'

/** A card with a heading, the list, and the host's own things around it. */
export const teamWidgetStyles = css`
  :host {
    --_inset: calc(var(--_space) * 1.375);
    display: block;
    block-size: 44rem;
    max-block-size: 100svh;
    min-block-size: 20rem;
    container: team / inline-size;
  }

  .root {
    display: flex;
    flex-direction: column;
    block-size: 100%;
    overflow: hidden;
    background: var(--_surface);
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    box-shadow: var(--_shadow);
  }

  header {
    display: flex;
    flex-wrap: wrap;
    gap: 0 0.875rem;
    align-items: baseline;
    justify-content: space-between;
    min-block-size: 3.75rem;
    padding: 1.125rem var(--_inset) 0.25rem;
  }

  h2 {
    font-size: 1.25rem;
    font-weight: 650;
    letter-spacing: -0.015em;
  }

  header p {
    display: flex;
    flex-wrap: wrap;
    gap: 0 0.875rem;
    color: var(--_muted);
  }

  header p span::before {
    content: '';
    display: inline-block;
    inline-size: 0.25rem;
    block-size: 0.25rem;
    margin-inline-end: 0.875rem;
    vertical-align: middle;
    background: var(--_control);
    border-radius: 50%;
  }

  header p {
    flex: 1 1 12rem;
  }

  header .primary {
    align-self: center;
  }

  nav {
    display: flex;
    position: relative;
    flex: none;
    block-size: 2.375rem;
    gap: 0.25rem;
    padding-inline: calc(var(--_inset) - 0.625rem);
    overflow-x: auto;
    scrollbar-width: none;
  }

  nav button {
    flex: none;
    min-block-size: 0;
    padding-inline: 0.625rem;
    font-weight: 500;
    color: var(--_muted);
    border-color: transparent;
    border-radius: 0;
    border-block-end: 2px solid transparent;
  }

  nav button:hover {
    color: var(--_text);
    background: none;
    border-color: transparent;
  }

  nav [aria-current] {
    color: var(--_text);
    font-weight: 600;
    border-block-end-color: var(--_accent);
  }

  nav :focus-visible {
    outline-offset: -2px;
  }

  .view {
    display: flex;
    flex: 1 1 0;
    flex-direction: column;
    min-block-size: 0;
    border-block-start: 1px solid var(--_border);
  }

  [hidden] {
    display: none !important;
  }

  team-member-list {
    flex: 1 1 0;
    min-block-size: 0;
  }

  @container team (inline-size < 520px) {
    header {
      min-block-size: 4.875rem;
    }

    h2,
    slot[name='title'] {
      flex: 1;
    }

    header p {
      flex-basis: 100%;
      order: 1;
    }
  }

  @container team (inline-size < 400px) {
    header p span::before {
      display: none;
    }
  }

  @container team (inline-size < 640px) {
    .root {
      --_inset: var(--_space);
    }
  }
`
