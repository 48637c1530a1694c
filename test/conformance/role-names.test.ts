import { locales } from '@plantel/team'
import { expect, it } from 'vitest'

import { findPreset, presetNames } from '../../team/src/workspaces/presets.ts'
import { loadLocalization } from '../../widget/src/i18n/locales.ts'
import { roleName } from '../../widget/src/i18n/role-name.ts'

const roles = presetNames.flatMap((name) => findPreset(name)?.roles ?? [])

it.each(locales)('the widget says every built-in role in %s as a preset does', async (locale) => {
  expect(roles.length).toBeGreaterThan(10)
  const { messages } = await loadLocalization([locale])
  const said = roles.map(({ key }) =>
    roleName({ id: key, key, name: 'untranslated', builtIn: true }, messages),
  )
  expect(said).toEqual(roles.map(({ name }) => name[locale]))
})
