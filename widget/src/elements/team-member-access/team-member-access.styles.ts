import { css } from 'lit'

/** A panel at the end of the page; the whole width where it is narrow. */
export const teamMemberAccessStyles = css`
  dialog {
    --_inset: 1.5rem;
    inline-size: min(30rem, 100vw - 2rem);
    max-block-size: min(40rem, 100dvh - 2rem);
    padding: 0;
    overflow: hidden;
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

  dialog::backdrop {
    background: rgb(10 22 19 / 38%);
  }

  header {
    display: flex;
    gap: 0.875rem;
    align-items: flex-start;
    padding: 1.375rem var(--_inset) 1.125rem;
    border-block-end: 1px solid var(--_border);
  }

  .portrait {
    position: relative;
    --_avatar: 2.75rem;
  }

  .portrait .presence {
    inset-block-end: -0.125rem;
    inset-inline-end: -0.125rem;
  }

  .who {
    flex: 1;
    min-inline-size: 0;
  }

  h2 {
    display: -webkit-box;
    overflow: hidden;
    font-size: 1.0625rem;
    font-weight: 650;
    line-height: 1.3;
    letter-spacing: -0.01em;
    overflow-wrap: anywhere;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 4;
  }

  h2:focus {
    outline: none;
  }

  .close {
    margin: -0.375rem -0.5rem 0 0;
  }

  .body {
    display: grid;
    gap: 1.25rem;
    padding: 1.125rem var(--_inset) 1.5rem;
    overflow: auto;
    overscroll-behavior: contain;
  }

  .conversations {
    padding: 0.625rem 0.875rem;
    background: var(--_sunken);
    border-radius: 0.625rem;
  }

  h3 {
    margin-block-end: 0.375rem;
    font-size: 0.8125rem;
    color: var(--_muted);
  }

  li {
    display: grid;
    gap: 0.0625rem;
    justify-items: start;
    padding-block: 0.4375rem;
    padding-inline-start: 0.875rem;
    border-inline-start: 2px solid var(--_accent);
  }

  li + li {
    margin-block-start: 0.5rem;
  }

  .outweighed {
    border-inline-start-style: dashed;
    border-inline-start-color: var(--_control);
  }

  .value {
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

  .loading {
    display: grid;
    gap: 0.875rem;
    animation: appear 0.2s 150ms both;
  }

  @keyframes appear {
    from {
      opacity: 0;
    }
  }

  .notice {
    border: 1px solid var(--_border);
    border-radius: 0.625rem;
  }

  .notice p:first-child {
    flex-basis: 100%;
  }
`
