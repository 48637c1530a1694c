import { css } from 'lit'

/**
 * The widget's look in one place. A host sets `--team-…`; everything inside reads `--_…`.
 * Text on its surface has a contrast of at least 4.5, in both themes.
 */
export const tokens = css`
  :host {
    --_surface: var(--team-surface, light-dark(#ffffff, #15191a));
    --_text: var(--team-text, light-dark(#182321, #e6ecea));
    --_muted: var(--team-muted, light-dark(#5b6966, #9daba7));
    --_border: var(--team-border, light-dark(#e3e9e7, #293130));
    --_accent: var(--team-accent, light-dark(#0e6a5b, #62cdb7));
    --_on-accent: var(--team-on-accent, light-dark(#ffffff, #06231d));
    --_danger: var(--team-danger, light-dark(#a8281f, #ff9a90));
    --_success: var(--team-success, light-dark(#19713f, #63cd92));
    --_warning: var(--team-warning, light-dark(#805100, #e6b95a));
    --_focus: var(--team-focus, var(--_accent));
    --_radius: var(--team-radius, 0.875rem);
    --_space: var(--team-space, 1rem);
    --_shadow: var(
      --team-shadow,
      0 1px 2px rgb(16 32 28 / 4%),
      0 8px 24px -12px rgb(16 32 28 / 10%)
    );
    --_row-height: var(--team-row-height, 4rem);
    --_avatar: 2.375rem;
    --_sunken: color-mix(in oklab, var(--_text) 3%, var(--_surface));
    --_hover: color-mix(in oklab, var(--_accent) 5%, var(--_surface));
    --_control: color-mix(in oklab, var(--_text) 22%, var(--_surface));
    font-family: var(--team-font, system-ui, sans-serif);
    font-size: var(--team-font-size, 0.875rem);
    line-height: 1.4;
    color: var(--_text);
  }

  :host([theme='light']) {
    color-scheme: light;
  }

  :host([theme='dark']) {
    color-scheme: dark;
  }

  :host([density='compact']) {
    --_row-height: var(--team-row-height, 3rem);
    --_avatar: 1.875rem;
  }
`
