import { css } from 'lit'

/** A card over the lower edge of the list. */
export const teamChangeNoticeStyles = css`
  :host {
    position: absolute;
    inset: auto var(--_inset) 0.75rem;
    z-index: 3;
    display: flex;
    gap: 0.75rem;
    align-items: center;
    inline-size: fit-content;
    margin-inline: auto;
    padding: 0.5rem 0.5rem 0.5rem 1rem;
    background: var(--_surface);
    border: 1px solid var(--_accent);
    border-radius: var(--_radius);
    box-shadow: 0 8px 28px rgb(0 0 0 / 22%);
  }

  p {
    display: -webkit-box;
    overflow: hidden;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 3;
    overflow-wrap: anywhere;
  }

  button {
    flex: none;
  }
`
