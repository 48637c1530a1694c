import { expect, it } from 'vitest'

import { contrast, paletteOf, parseColor } from './accent.ts'

it('can be read on every button and as every link, whatever colour was chosen', () => {
  for (let color = 0; color < 0x1000000; color += 0x012345) {
    const { light, dark } = paletteOf(parseColor(color.toString(16).padStart(6, '0')) ?? [0, 0, 0])
    expect(contrast(light.accent, light.onAccent)).toBeGreaterThanOrEqual(4.5)
    expect(contrast(light.strong, [255, 255, 255])).toBeGreaterThanOrEqual(4.5)
    expect(contrast(dark.accent, dark.onAccent)).toBeGreaterThanOrEqual(4.5)
    expect(contrast(dark.strong, [25, 28, 35])).toBeGreaterThanOrEqual(4.5)
  }
})

it.each(['', 'fff', '2f5bd7;', 'zzzzzz', '#2f5bd7'])('takes %j for no colour', (text) => {
  expect(parseColor(text)).toBeUndefined()
})
