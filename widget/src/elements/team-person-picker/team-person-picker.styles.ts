import { css } from 'lit'

/** The list lies over what comes below. */
export const teamPersonPickerStyles = css`
  :host {
    display: block;
  }

  .field {
    position: relative;
  }

  ul {
    position: absolute;
    inset-inline: 0;
    inset-block-start: 4rem;
    z-index: 4;
    max-block-size: 14rem;
    padding: 0.25rem;
    overflow: auto;
    background: var(--_surface);
    border: 1px solid var(--_border);
    border-radius: calc(var(--_radius) * 0.7);
    box-shadow: 0 12px 32px -8px rgb(8 20 17 / 28%);
  }

  ul[hidden] {
    display: none;
  }

  li {
    display: flex;
    flex-wrap: wrap;
    gap: 0 0.5rem;
    padding: 0.5rem 0.625rem;
    cursor: pointer;
    border-radius: 0.5rem;
  }

  li[aria-selected='true'],
  li:hover {
    background: var(--_hover);
  }
`
