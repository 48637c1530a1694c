import { css } from 'lit'

/** A panel at the end of the page for what one looks at, a card in its middle for what one decides. */
export const dialogStyles = css`
  dialog {
    --_inset: 1.5rem;
    inline-size: min(33rem, 100vw - 2rem);
    max-inline-size: none;
    max-block-size: min(46rem, 100dvh - 2rem);
    padding: 0;
    overflow: hidden;
    font-size: var(--team-font-size, 0.875rem);
    color: var(--_text);
    background: var(--_surface);
    border: 1px solid var(--_border);
    border-radius: calc(var(--_radius) * 1.15);
    box-shadow: 0 24px 64px -16px rgb(8 20 17 / 35%);
  }

  dialog[open] {
    display: flex;
    flex-direction: column;
  }

  dialog.side {
    block-size: 100dvh;
    max-block-size: none;
    inline-size: min(30rem, 100vw);
    margin-block: 0;
    margin-inline: auto 0;
    border-width: 0 0 0 1px;
    border-radius: 0;
  }

  dialog::backdrop {
    background: rgb(10 22 19 / 38%);
  }

  header {
    display: flex;
    gap: 0.875rem;
    align-items: flex-start;
    padding: 1.25rem var(--_inset) 1rem;
    border-block-end: 1px solid var(--_border);
  }

  .who {
    flex: 1;
    min-inline-size: 0;
  }

  h2 {
    font-size: 1.125rem;
    font-weight: 650;
    line-height: 1.3;
    letter-spacing: -0.01em;
    overflow-wrap: anywhere;
  }

  .who .address {
    overflow-wrap: anywhere;
    white-space: normal;
  }

  h2:focus {
    outline: none;
  }

  .close {
    display: grid;
    flex: none;
    place-items: center;
    inline-size: 2.25rem;
    padding: 0;
    margin: -0.375rem -0.5rem 0 0;
    color: var(--_muted);
    border-color: transparent;
  }

  .body {
    display: grid;
    flex: 1;
    gap: 1.25rem;
    align-content: start;
    padding: 1.25rem var(--_inset) 1.5rem;
    overflow: auto;
    overscroll-behavior: contain;
  }

  .body:focus-visible {
    outline-offset: -3px;
  }

  footer {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
    align-items: center;
    justify-content: flex-end;
    padding: 0.875rem var(--_inset);
    border-block-start: 1px solid var(--_border);
  }

  footer .aside {
    flex: 1;
    color: var(--_muted);
  }

  .loading {
    display: grid;
    gap: 0.875rem;
    animation: appear 0.2s 150ms both;
  }

  @media (prefers-reduced-motion: no-preference) {
    dialog.side[open] {
      animation: slide 0.22s cubic-bezier(0.2, 0.8, 0.2, 1);
    }

    dialog.middle[open] {
      animation: rise 0.18s ease-out;
    }
  }

  @keyframes slide {
    from {
      transform: translateX(2rem);
    }
  }

  @keyframes rise {
    from {
      transform: translateY(0.5rem);
    }
  }

  @media (width < 34rem) {
    dialog,
    dialog.side {
      --_inset: 1rem;
      inline-size: 100vw;
      block-size: 100dvh;
      max-block-size: none;
      margin: 0;
      border: 0;
      border-radius: 0;
    }

    footer button {
      flex: 1 1 auto;
    }
  }
`
