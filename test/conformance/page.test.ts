import { readFileSync } from 'node:fs'

import { expect, test } from 'vitest'

import { conformancePage } from './page.ts'
import { requirements } from './sections.ts'

const committed = readFileSync(new URL('../../docs/conformance.md', import.meta.url), 'utf8')

test('the page in docs is that of a run in which every requirement was met', () => {
  expect(committed).toBe(conformancePage(() => true))
})

test('a requirement that was not met is said to be so', () => {
  const [first] = requirements
  const page = conformancePage((id) => id !== first?.id)
  expect(page).toContain(
    `**${requirements.length - 1} of ${requirements.length} requirements met.**`,
  )
  expect(page).toContain('**not met**')
})
