import { nameKey } from '../members/name-key.ts'
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

/**
 * Every key and name, with a space between, of preset roles that some language calls by a name with this in it: whoever
 * looks for a role types what their screen shows.
 */
export function presetRolesSaid(part: string): string[] {
  return presetRoles
    .filter(({ name }) => Object.values(name).some((each) => nameKey(each).includes(part)))
    .flatMap(({ key, name }) => Object.values(name).map((each) => `${key} ${each}`))
}

/** Tells a role that the workspace has named itself from one that came with a preset. */
export function roleReference(role: { id: string; key: string; name: string }): RoleReference {
  const { id, key, name } = role
  const builtIn = presetRoles.some(
    (preset) => preset.key === key && Object.values(preset.name).includes(name),
  )
  return { id, key, name, builtIn }
}
