import { expect, it } from 'vitest'

import { createRecoveryCode, parseRecoveryCode, printRecoveryCode } from './recovery-code.ts'

it('reads every code that it prints, however it is typed', () => {
  for (let index = 0; index < 50; index++) {
    const code = createRecoveryCode()
    const printed = printRecoveryCode(code)
    expect(printed).toMatch(/^\w{4}-\w{5}-\w{5}-\w{5}$/)
    const typed = [printed, printed.toUpperCase(), printed.replaceAll('-', ' '), ` ${printed}\n`]
    for (const text of typed) expect(parseRecoveryCode(text)).toEqual(code)
  }
})

it.each([
  '',
  'correct horse battery',
  'abcd-efghj-kmnpq',
  'abcd-efghj-kmnpq-rstv1',
  'a'.repeat(99),
])('takes %j for a password', (text) => {
  expect(parseRecoveryCode(text)).toBeUndefined()
})
