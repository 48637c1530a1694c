import type { WorkspaceBrand } from '@plantel/db'

import type { Locale, TeamLabels } from './preset.ts'
import { findPreset } from './presets.ts'

/** The words of a workspace's team screen: its own, and the preset's where it has none. */
export function teamLabels(
  presetName: string,
  brand: WorkspaceBrand | null,
): Record<Locale, TeamLabels> {
  const preset = findPreset(presetName)
  if (preset === undefined) throw new Error(`The workspace has an unknown preset: ${presetName}.`)
  const own = brand?.labels ?? {}
  return {
    en: { ...preset.labels.en, ...own.en },
    es: { ...preset.labels.es, ...own.es },
    'pt-BR': { ...preset.labels['pt-BR'], ...own['pt-BR'] },
  }
}
