/** Colours made of one that somebody chose, readable whatever it was. WCAG 2.2 §1.4.3. */

type Rgb = readonly [number, number, number]

const black: Rgb = [0, 0, 0]
const white: Rgb = [255, 255, 255]
/** The card in the dark. */
const darkSurface: Rgb = [25, 28, 35]
const readable = 4.5

/** Contrast of two colours, from 1 to 21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [light, dark] = [luminance(a), luminance(b)].toSorted((x, y) => y - x)
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05)
}

function luminance(color: Rgb): number {
  const [r = 0, g = 0, b = 0] = color.map((channel) => {
    const share = channel / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

/** Six hexadecimal digits, without `#`. */
export function parseColor(hex: string): Rgb | undefined {
  if (!/^[\da-f]{6}$/i.test(hex)) return undefined
  const [r = 0, g = 0, b = 0] = [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16))
  return [r, g, b]
}

/** The colour, mixed with `with_` in steps until it can be read on `surface`. */
function readableOn(color: Rgb, surface: Rgb, with_: Rgb): Rgb {
  for (let share = 0; share < 1; share += 0.05) {
    const mixed = mix(color, with_, share)
    if (contrast(mixed, surface) >= readable) return mixed
  }
  return with_
}

function mix([r, g, b]: Rgb, [x, y, z]: Rgb, share: number): Rgb {
  const between = (from: number, to: number): number => Math.round(from + (to - from) * share)
  return [between(r, x), between(g, y), between(b, z)]
}

/** What the sign-in pages need of an accent, in one scheme. */
export interface Palette {
  accent: Rgb
  strong: Rgb
  onAccent: Rgb
  soft: Rgb
}

export function paletteOf(color: Rgb): { light: Palette; dark: Palette } {
  const bright = readableOn(color, darkSurface, white)
  return {
    light: {
      accent: color,
      strong: readableOn(mix(color, black, 0.1), white, black),
      onAccent: textOn(color),
      soft: mix(color, white, 0.88),
    },
    dark: {
      accent: bright,
      strong: mix(bright, white, 0.2),
      onAccent: textOn(bright),
      soft: mix(color, darkSurface, 0.75),
    },
  }
}

function textOn(surface: Rgb): Rgb {
  return contrast(white, surface) >= readable ? white : black
}

/** A stylesheet that sets the accent, to be loaded after ours. */
export function accentStylesheet(color: Rgb): string {
  const { light, dark } = paletteOf(color)
  return `:root{${declarations(light)}}@media (prefers-color-scheme: dark){:root{${declarations(dark)}}}`
}

function declarations({ accent, strong, onAccent, soft }: Palette): string {
  return `--accent:${rgb(accent)};--accent-strong:${rgb(strong)};--on-accent:${rgb(onAccent)};--accent-soft:${rgb(soft)}`
}

function rgb(color: Rgb): string {
  return `rgb(${color.join(' ')})`
}
