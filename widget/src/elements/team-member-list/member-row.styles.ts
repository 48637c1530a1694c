import { css } from 'lit'

/** A row of columns where there is room, a card where there isn't. */
export const memberRowStyles = css`
  .row {
    position: absolute;
    inset-inline: 0;
    block-size: var(--_row-height);
    contain: strict;
    border-block-end: 1px solid color-mix(in oklab, var(--_border) 70%, transparent);
    cursor: pointer;
  }

  .row:hover,
  .row:focus-within {
    background: var(--_hover);
  }

  .row[aria-selected='true'] {
    background: color-mix(in oklab, var(--_accent) 9%, var(--_surface));
  }

  .row[aria-selected] .person::before {
    content: '';
    display: grid;
    flex: none;
    place-items: center;
    inline-size: 1.0625rem;
    block-size: 1.0625rem;
    font-size: 0.75rem;
    font-weight: 700;
    color: var(--_on-accent);
    border: 1.5px solid var(--_muted);
    border-radius: 0.3125rem;
    background: var(--_surface);
  }

  .row[aria-selected='true'] .person::before {
    content: '✓';
    background: var(--_accent);
    border-color: var(--_accent);
  }

  .menu::before {
    content: '⋯';
    font-size: 1.25rem;
    line-height: 1;
    color: var(--_muted);
  }

  .cell.menu {
    justify-content: center;
    min-block-size: 2rem;
    padding: 0;
  }

  .cell.menu:hover {
    background: color-mix(in oklab, var(--_text) 8%, transparent);
  }

  .skeleton .menu::before,
  .skeleton .menu .bar {
    display: none;
  }

  /* Opacity costs the page nothing while it changes, however many rows are lit up. */
  .row.added::after,
  .row.changed::after {
    content: '';
    position: absolute;
    inset: 0;
    z-index: -1;
    background: color-mix(in oklab, var(--_accent) 11%, var(--_surface));
    animation: light-up 4s ease-out both;
  }

  @keyframes light-up {
    40% {
      opacity: 1;
    }

    to {
      opacity: 0;
    }
  }

  .skeleton {
    cursor: default;
    animation: appear 0.2s 150ms both;
  }

  .skeleton .person::before {
    content: '';
    flex: none;
    inline-size: var(--_avatar);
    block-size: var(--_avatar);
    border-radius: 36%;
    background: color-mix(in oklab, var(--_text) 8%, transparent);
  }

  .cell {
    display: flex;
    gap: 0.375rem;
    align-items: center;
    min-inline-size: 0;
    margin-inline: -0.5rem;
    padding: 0.25rem 0.5rem;
    white-space: nowrap;
    border-radius: 0.5rem;
  }

  .cell:focus-visible {
    outline-offset: 0;
  }

  .cell > span,
  .cell > time {
    overflow: hidden;
    text-overflow: ellipsis;
  }

  .person {
    position: relative;
    gap: 0.8125rem;
  }

  .person > .presence {
    inset-block-start: calc(50% + var(--_avatar) / 2 - 0.625rem);
    inset-inline-start: calc(0.5rem + var(--_pick, 0rem) + var(--_avatar) - 0.5625rem);
    overflow: visible;
  }

  .row[aria-selected],
  .roomy {
    --_pick: 1.875rem;
  }

  .roomy .person {
    padding-inline-start: 2.375rem;
  }

  .identity {
    display: grid;
    flex: 1;
    min-inline-size: 0;
  }

  .name {
    display: flex;
    gap: 0.4375rem;
    align-items: center;
    min-inline-size: 0;
  }

  .name bdi {
    overflow: hidden;
    font-weight: 600;
    text-overflow: ellipsis;
  }

  .address {
    font-size: 0.8125rem;
  }

  .invited .avatar {
    color: var(--_muted);
    background: none;
    border: 1.5px dashed var(--_control);
  }

  .suspended .avatar {
    filter: grayscale(1);
  }

  .suspended .name bdi {
    font-weight: 500;
    color: var(--_muted);
  }

  .cell.role {
    display: block;
    overflow: hidden;
    text-overflow: ellipsis;
  }

  .role > span {
    display: block;
  }

  .no-access {
    font-weight: 550;
    color: var(--_danger);
  }

  .reason {
    font-size: 0.8125rem;
    color: var(--_muted);
  }

  .chip,
  .more {
    min-inline-size: 2.5rem;
    padding: 0.125rem 0.5rem;
    font-size: 0.8125rem;
    background: color-mix(in oklab, var(--_text) 5%, transparent);
    border-radius: 0.4375rem;
  }

  .more {
    flex: none;
    min-inline-size: 0;
    color: var(--_muted);
  }

  .channels,
  .activity,
  .here,
  .badge {
    color: var(--_muted);
  }

  .online {
    color: var(--_success);
  }

  .badge.invited {
    color: var(--_warning);
  }

  @container list (inline-size < 40rem) {
    .row {
      block-size: calc(var(--_row-height) + 5.25rem);
      grid-template:
        'person person'
        'role state'
        'departments activity'
        'channels source'
        / 1fr fit-content(66%);
      gap: 0 0.75rem;
      align-content: center;
      font-size: 0.8125rem;
    }

    .cell {
      min-block-size: 1.625rem;
      padding-block: 0;
    }

    .person {
      grid-area: person;
      padding-inline-end: 2.25rem;
      margin-block-end: 0.25rem;
      font-size: 0.875rem;
    }

    .role {
      align-content: center;
      grid-area: role;
    }

    .role > span {
      display: inline;
      margin-inline-end: 0.375rem;
    }

    .cell.menu {
      position: absolute;
      inset-block-start: 0.375rem;
      inset-inline-end: 0.375rem;
      inline-size: 2.25rem;
      min-block-size: 2.25rem;
      margin: 0;
    }

    .departments {
      grid-area: departments;
    }

    .channels {
      grid-area: channels;
    }

    .state {
      grid-area: state;
    }

    .activity {
      grid-area: activity;
    }

    .source {
      grid-area: source;
    }

    .here {
      display: none;
    }

    .state,
    .activity,
    .source {
      justify-content: end;
    }
  }

  @media (prefers-reduced-motion: reduce) {
    .row.added::after,
    .row.changed::after {
      animation: none;
    }

    .skeleton {
      animation-duration: 0s;
    }
  }

  @media (forced-colors: active) {
    .row:hover,
    .row:focus-within {
      outline: 1px solid Highlight;
      outline-offset: -1px;
    }
  }
`
