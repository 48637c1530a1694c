import { css } from 'lit'

/** The list: a row of columns where there is room, a card where there isn't. */
export const teamMemberListStyles = css`
  :host {
    display: flex;
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

  select:disabled {
    cursor: default;
    opacity: 0.6;
  }

  .filter[data-chosen] select {
    color: var(--_accent);
    background: color-mix(in oklab, var(--_accent) 8%, var(--_surface));
    border-color: var(--_accent);
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
    block-size: 100%;
    max-block-size: calc(var(--_row-height) * 24);
    overflow: hidden auto;
    overflow-anchor: none;
    overscroll-behavior: contain;
    scrollbar-width: thin;
    scrollbar-color: var(--_control) transparent;
  }

  .viewport[aria-busy='true'] .row:not(.skeleton) {
    opacity: 0.55;
  }

  .header,
  .row {
    display: grid;
    grid-template-columns: var(--_columns);
    gap: 0 1.25rem;
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

  .canvas {
    position: relative;
  }

  .row {
    position: absolute;
    inset-inline: 0;
    block-size: var(--_row-height);
    contain: layout style;
    border-block-end: 1px solid color-mix(in oklab, var(--_border) 70%, transparent);
    cursor: pointer;
  }

  .row:hover,
  .row:focus-within {
    background: var(--_hover);
    --_behind: var(--_hover);
  }

  .row::after {
    content: '';
    position: absolute;
    inset-block: 0;
    inset-inline-end: 0.625rem;
    inline-size: 0.375rem;
    block-size: 0.375rem;
    margin-block: auto;
    border: solid var(--_muted);
    border-width: 1.5px 1.5px 0 0;
    transform: rotate(45deg);
    opacity: 0;
  }

  .row:hover::after,
  .row:focus-within::after {
    opacity: 1;
  }

  .skeleton::after {
    display: none;
  }

  .row.added,
  .row.changed {
    animation: light-up 4s ease-out both;
  }

  @keyframes light-up {
    0%,
    40% {
      background: color-mix(in oklab, var(--_accent) 16%, var(--_surface));
    }
  }

  .skeleton {
    cursor: default;
    animation: appear 0.2s 150ms both;
  }

  @keyframes appear {
    from {
      opacity: 0;
    }
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
    position: relative;
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
    gap: 0.8125rem;
  }

  .person > .presence {
    inset-block-start: calc(50% + var(--_avatar) / 2 - 0.625rem);
    inset-inline-start: calc(0.5rem + var(--_avatar) - 0.5625rem);
    overflow: visible;
  }

  .identity {
    display: grid;
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

  .role {
    flex-direction: column;
    gap: 0;
    align-items: start;
  }

  .role > span {
    max-inline-size: 100%;
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

  .badge::before {
    content: '';
    display: inline-block;
    inline-size: 0.5rem;
    block-size: 0.5rem;
    margin-inline-end: 0.4375rem;
    background: var(--_success);
    border-radius: 50%;
  }

  .badge.invited {
    color: var(--_warning);
  }

  .badge.invited::before {
    background: none;
    border: 1.5px dashed var(--_warning);
  }

  .badge.suspended::before {
    block-size: 0.1875rem;
    vertical-align: middle;
    background: var(--_muted);
    border-radius: 1px;
  }

  .managed {
    padding: 0.125rem 0.5625rem;
    font-size: 0.8125rem;
    color: var(--_accent);
    border: 1px solid color-mix(in oklab, var(--_accent) 30%, transparent);
    border-radius: 1rem;
  }

  .summary {
    min-block-size: 2.375rem;
    padding: 0.5rem var(--_inset);
    font-size: 0.8125rem;
    color: var(--_muted);
    border-block-start: 1px solid var(--_border);
  }

  @container list (inline-size < 640px) {
    .search,
    .filters {
      flex-basis: 100%;
      max-inline-size: none;
    }

    .filter {
      flex: 1 1 0;
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

    .probe,
    .row {
      block-size: calc(var(--_row-height) + 5.25rem);
    }

    .viewport {
      max-block-size: calc((var(--_row-height) + 5.25rem) * 24);
    }

    .row {
      grid-template:
        'person person' auto
        'role state' auto
        'departments activity' auto
        'channels source' auto
        / minmax(0, 1fr) minmax(0, auto);
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
      margin-block-end: 0.25rem;
      font-size: 0.875rem;
    }

    .role {
      flex-direction: row;
      gap: 0.375rem;
      grid-area: role;
      align-items: center;
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
    .row.added,
    .row.changed {
      animation: none;
      box-shadow: inset 3px 0 var(--_accent);
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
