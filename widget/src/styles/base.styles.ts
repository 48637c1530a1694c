import { css } from 'lit'

/** What every shadow root of the widget shares: focus, controls, avatars, marks and notices. */
export const baseStyles = css`
  :host([hidden]) {
    display: none;
  }

  *,
  ::before,
  ::after {
    box-sizing: border-box;
  }

  h2,
  h3,
  p,
  ul {
    margin: 0;
    padding: 0;
    font: inherit;
    list-style: none;
  }

  :focus-visible {
    outline: 2px solid var(--_focus);
    outline-offset: 2px;
  }

  .visually-hidden {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  svg {
    inline-size: 1rem;
    block-size: 1rem;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.6;
    stroke-linecap: round;
  }

  button,
  input,
  select {
    min-block-size: 2.25rem;
    font: inherit;
    color: inherit;
    background: var(--_surface);
    border: 1px solid var(--_control);
    border-radius: calc(var(--_radius) * 0.6);
  }

  button {
    padding: 0 0.875rem;
    font-weight: 550;
    color: var(--_text);
    cursor: pointer;
  }

  button:hover {
    background: var(--_hover);
    border-color: var(--_accent);
  }

  .primary {
    color: var(--_on-accent);
    background: var(--_accent);
    border-color: var(--_accent);
  }

  .primary:hover {
    background: color-mix(in oklab, var(--_accent) 88%, var(--_text));
  }

  .avatar {
    position: relative;
    display: grid;
    flex: none;
    place-items: center;
    inline-size: var(--_avatar);
    block-size: var(--_avatar);
    overflow: hidden;
    font-size: 0.8125rem;
    font-weight: 600;
    letter-spacing: 0.02em;
    border-radius: 36%;
    color: light-dark(oklch(0.4 0.085 var(--_hue)), oklch(0.9 0.06 var(--_hue)));
    background: light-dark(oklch(0.945 0.032 var(--_hue)), oklch(0.34 0.045 var(--_hue)));
  }

  .avatar img {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
    object-fit: cover;
  }

  .avatar img.unseen {
    visibility: hidden;
  }

  .presence {
    position: absolute;
    inline-size: 0.75rem;
    block-size: 0.75rem;
    border: 2px solid var(--_surface);
    border-radius: 50%;
    background: var(--_success);
  }

  .presence.away {
    background:
      radial-gradient(circle at 70% 25%, var(--_surface) 45%, transparent 50%), var(--_warning);
  }

  .address {
    color: var(--_muted);
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .mark {
    flex: none;
    padding: 0.0625rem 0.4375rem;
    font-size: 0.75rem;
    font-weight: 550;
    color: var(--_muted);
    /* Not seen through: the row under it may be a chosen one. */
    background: var(--_sunken);
    border-radius: 1rem;
  }

  .mark.owner {
    color: var(--_accent);
    background: color-mix(in oklab, var(--_accent) 9%, var(--_surface));
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

  .bar {
    display: block;
    block-size: 0.625rem;
    inline-size: 60%;
    border-radius: 1rem;
    background: color-mix(in oklab, var(--_text) 8%, transparent);
  }

  @keyframes appear {
    from {
      opacity: 0;
    }
  }

  .notice {
    display: flex;
    flex-wrap: wrap;
    gap: 0.375rem 0.875rem;
    align-items: center;
    padding: 0.625rem var(--_inset);
    color: var(--_muted);
    background: color-mix(in oklab, var(--_danger) 6%, var(--_surface));
    border-block-start: 1px solid var(--_border);
  }

  .notice.unreachable,
  .notice.busy {
    background: color-mix(in oklab, var(--_warning) 9%, var(--_surface));
  }

  .notice p:first-child {
    flex: 1 1 20rem;
  }

  .notice strong {
    font-weight: 600;
    color: var(--_text);
  }

  .notice .request-id {
    font-size: 0.8125rem;
    overflow-wrap: anywhere;
  }

  @media (pointer: coarse) {
    button,
    input,
    select {
      min-block-size: 2.75rem;
    }
  }

  @media (forced-colors: active) {
    .presence {
      forced-color-adjust: none;
    }
  }
`
