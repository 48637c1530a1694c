import type { Preset } from './preset.ts'
import { custom } from './presets/custom.ts'
import { respond } from './presets/respond.ts'
import { umnico } from './presets/umnico.ts'
import { wati } from './presets/wati.ts'
import { whaticket } from './presets/whaticket.ts'

const presets: ReadonlyMap<string, Preset> = new Map([
  ['wati', wati],
  ['whaticket', whaticket],
  ['respond', respond],
  ['umnico', umnico],
  ['custom', custom],
])

export const presetNames: readonly string[] = [...presets.keys()]

export function findPreset(name: string): Preset | undefined {
  return presets.get(name)
}
