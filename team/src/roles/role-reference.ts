import { findPreset, presetNames } from '../workspaces/presets.ts'

/** A role as people see it. */
export interface RoleReference {
  id: string
  key: string
  name: string
  /** One of a preset, under the preset's name: it may be said in any language. */
  builtIn: boolean
}

const presetRoles = presetNames.flatMap((name) => findPreset(name)?.roles ?? [])

/** Tells a role that the workspace has named itself from one that came with a preset. */
export function roleReference(role: { id: string; key: string; name: string }): RoleReference {
  const { id, key, name } = role
  const builtIn = presetRoles.some(
    (preset) => preset.key === key && Object.values(preset.name).includes(name),
  )
  return { id, key, name, builtIn }
}
