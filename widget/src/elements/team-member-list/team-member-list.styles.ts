import { css } from 'lit'

/** The list around its rows: what is above them, what scrolls and what is below. */
export const teamMemberListStyles = css`
  :host {
    display: flex;
    position: relative;
    flex-direction: column;
    container: list / inline-size;
  }

  .toolbar {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
    align-items: center;
    min-block-size: 3.75rem;
    padding: 0.625rem var(--_inset) 0.875rem;
  }

  .search {
    position: relative;
    flex: 1 1 12rem;
    max-inline-size: 26rem;
  }

  .search svg {
    position: absolute;
    inset-block: 0;
    inset-inline-start: 0.6875rem;
    margin-block: auto;
    color: var(--_muted);
    pointer-events: none;
  }

  .search input {
    inline-size: 100%;
    padding: 0 0.625rem 0 2.125rem;
    text-overflow: ellipsis;
  }

  input::placeholder {
    color: var(--_muted);
    opacity: 1;
  }

  .filters {
    display: flex;
    flex: 0 1 auto;
    gap: 0.5rem;
    min-inline-size: 0;
    margin-inline-start: auto;
  }

  .filter {
    position: relative;
    min-inline-size: 0;
  }

  .filter::after {
    content: '';
    position: absolute;
    inset-block: 0;
    inset-inline-end: 0.75rem;
    inline-size: 0.4375rem;
    block-size: 0.4375rem;
    margin-block: auto;
    border-inline-end: 1.5px solid var(--_muted);
    border-block-end: 1.5px solid var(--_muted);
    transform: translateY(-25%) rotate(45deg);
    pointer-events: none;
  }

  select {
    inline-size: 9rem;
    max-inline-size: 100%;
    padding: 0 1.75rem 0 0.75rem;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    appearance: none;
    cursor: pointer;
  }

  select:hover,
  input:hover {
    border-color: var(--_muted);
  }

  :disabled {
    cursor: default;
    opacity: 0.6;
  }

  .filter[data-chosen] select {
    color: var(--_accent);
    background: color-mix(in oklab, var(--_accent) 8%, var(--_surface));
    border-color: var(--_accent);
  }

  .more-filters,
  .heading button,
  .summary button {
    flex: none;
    padding: 0 0.5rem;
    color: inherit;
    background: none;
    border-color: transparent;
  }

  .more-filters[data-chosen],
  .summary button {
    color: var(--_accent);
  }

  option {
    color: var(--_text);
    background: var(--_surface);
  }

  .stage {
    flex: 1 1 0;
    min-block-size: 0;
    border-block-start: 1px solid var(--_border);
  }

  .stage > .notice,
  .stage .notice.empty {
    flex-direction: column;
    justify-content: center;
    max-inline-size: 26rem;
    block-size: 100%;
    margin-inline: auto;
    text-align: center;
    background: none;
    border: 0;
  }

  .stage .notice p:first-child {
    flex: none;
  }

  .stage .notice strong {
    display: block;
    margin-block-end: 0.25rem;
    font-size: 1rem;
  }

  .probe {
    position: absolute;
    block-size: var(--_row-height);
    visibility: hidden;
  }

  .viewport {
    position: relative;
    block-size: 100%;
    max-block-size: calc(var(--_row-height) * 24);
    overflow: hidden auto;
    overflow-anchor: none;
    overscroll-behavior: contain;
    scrollbar-width: thin;
    scrollbar-color: var(--_control) transparent;
  }

  .header,
  .row {
    display: grid;
    grid-template-columns: var(--_columns);
    gap: 0 1rem;
    align-items: center;
    padding-inline: var(--_inset);
  }

  .header {
    position: sticky;
    inset-block-start: 0;
    z-index: 2;
    block-size: 2.25rem;
    font-size: 0.8125rem;
    font-weight: 500;
    color: var(--_muted);
    background: var(--_sunken);
    border-block-end: 1px solid var(--_border);
  }

  .heading {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .heading.menu {
    opacity: 0;
  }

  .heading button {
    max-inline-size: 100%;
    min-block-size: 1.75rem;
    margin-inline-start: -0.5rem;
    overflow: hidden;
    font-weight: 500;
    text-overflow: ellipsis;
  }

  .heading button:hover,
  [aria-sort] button {
    color: var(--_text);
  }

  .heading :focus-visible {
    outline-offset: -2px;
  }

  [aria-sort] button::after {
    content: ' ↑' / '';
  }

  [aria-sort='descending'] button::after {
    content: ' ↓' / '';
  }

  .canvas {
    position: relative;
  }

  /* Not for answers that come at once. */
  .canvas.outdated {
    opacity: 0.55;
    transition: opacity 0s 100ms;
  }

  .summary {
    display: flex;
    align-items: center;
    justify-content: space-between;
    min-block-size: 2.375rem;
    padding: 0 var(--_inset);
    font-size: 0.8125rem;
    color: var(--_muted);
    border-block-start: 1px solid var(--_border);
  }

  .summary button {
    margin-inline-end: -0.5rem;
  }

  @container list (inline-size < 40rem) {
    /* What it will need: the rows below must not move when the words come. */
    .toolbar {
      min-block-size: 9.25rem;
    }

    @media (pointer: coarse) {
      .toolbar {
        min-block-size: 10.75rem;
      }
    }

    .filters {
      flex-wrap: wrap;
    }

    .search,
    .filters {
      flex-basis: 100%;
      max-inline-size: none;
    }

    .filter {
      flex: 1 1 28%;
    }

    .filter select {
      inline-size: 100%;
    }

    .header {
      position: absolute;
      inline-size: 1px;
      block-size: 1px;
      overflow: hidden;
      clip-path: inset(50%);
    }

    .probe {
      block-size: calc(var(--_row-height) + 5.25rem);
    }

    .viewport {
      max-block-size: calc((var(--_row-height) + 5.25rem) * 24);
    }
  }
`
