import { css } from 'lit'

/** A view in the place of the list: a heading with its button, and rows below. */
export const viewStyles = css`
  :host {
    display: block;
    flex: 1;
    min-block-size: 0;
    padding: 1.125rem var(--_inset) 1.5rem;
    overflow: auto;
    overscroll-behavior: contain;
    container: view / inline-size;
  }

  .top {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem 1rem;
    align-items: center;
    justify-content: space-between;
    margin-block-end: 0.875rem;
  }

  .top h3 {
    font-size: 1rem;
    color: var(--_text);
  }

  .cards {
    display: grid;
    gap: 0.625rem 1.25rem;
    grid-template-columns: minmax(8rem, 1fr) auto minmax(10rem, 2fr) auto;
  }

  form.cards {
    grid-template-columns: minmax(0, 1fr);
    gap: 1.125rem;
  }

  .card {
    display: grid;
    grid-column: 1 / -1;
    grid-template-columns: subgrid;
    align-items: center;
    padding: 0.75rem 1rem;
    border: 1px solid var(--_border);
    border-radius: calc(var(--_radius) * 0.8);
  }

  .card:hover {
    background: var(--_hover);
  }

  .card .title {
    display: flex;
    flex-wrap: wrap;
    gap: 0.125rem 0.5rem;
    align-items: center;
    font-weight: 600;
    overflow-wrap: anywhere;
  }

  .card .hint {
    min-inline-size: 0;
    overflow-wrap: anywhere;
  }

  .card .line {
    justify-content: flex-end;
  }

  .own .hint {
    grid-column: 2 / -2;
  }

  .sessions {
    margin-block-start: 1.5rem;
  }

  .secret {
    font-family: ui-monospace, monospace;
  }

  @container view (inline-size < 560px) {
    .own .hint {
      grid-column: 1;
    }

    .cards {
      grid-template-columns: minmax(0, 1fr);
    }

    .card {
      gap: 0.25rem;
    }

    .card .line {
      justify-content: flex-start;
    }
  }
`
