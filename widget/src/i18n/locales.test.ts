import { expect, test } from 'vitest'

import { loadAllWords } from '../testing/all-words.ts'
import { relabel } from './labels.ts'
import { loadLocalization, matchLocale, supportedLocales, type SupportedLocale } from './locales.ts'

test.each([
  [['es-MX'], { locale: 'es', tag: 'es-MX' }],
  [['pt_BR'], { locale: 'pt-BR', tag: 'pt-BR' }],
  [['pt'], { locale: 'pt-BR', tag: 'pt-BR' }],
  [['pt-PT'], { locale: 'pt-BR', tag: 'pt-PT' }],
  [['fr', 'es'], { locale: 'es', tag: 'es' }],
  [['EN-gb'], { locale: 'en', tag: 'en-GB' }],
  [['', '!!', 'ja'], { locale: 'en', tag: 'en' }],
  [[], { locale: 'en', tag: 'en' }],
])('the wishes %j are met by %j', (wishes, expected) => {
  expect(matchLocale(wishes)).toEqual(expected)
})

/** Every sentence of a locale, with its functions called for one, a few and a million. */
function sentences(messages: object, path = ''): [string, string][] {
  return Object.entries(messages).flatMap(([key, value]: [string, unknown]) => {
    const name = `${path}${key}`
    if (typeof value === 'string') return [[name, value]]
    if (typeof value === 'function') {
      const say = value as (...values: unknown[]) => string
      return [1, 3, 1_000_000].map((count): [string, string] => [
        `${name} ${count}`,
        say(count, null),
      ])
    }
    return sentences(value as object, `${name}.`)
  })
}

async function everyWord(locale: SupportedLocale): Promise<[string, string][]> {
  return sentences(await loadAllWords(locale))
}

const sameInEnglish = new Set([
  'states',
  'presence.online',
  'presence.offline',
  'state',
  'common.supervisor',
  'views.roles',
  'activity.kinds.role',
  'bulk.progress 1',
  'bulk.progress 3',
])

test.each(supportedLocales)('%s has a word for everything', async (locale) => {
  const all = await everyWord(locale)
  expect(all.length).toBeGreaterThan(300)
  expect(all.filter(([, text]) => text.trim() === '')).toEqual([])
})

test.each(['es', 'pt-BR'] as const)('%s has no sentence left in English', async (locale) => {
  const english = new Map(await everyWord('en'))
  const untranslated = (await everyWord(locale)).filter(
    ([name, text]) => english.get(name) === text,
  )
  expect(untranslated.map(([name]) => name).filter((name) => !sameInEnglish.has(name))).toEqual([])
})

test('numbers, plurals and times follow the reader’s region', async () => {
  const mexico = await loadLocalization(['es-MX'])
  const spain = await loadLocalization(['es-ES'])
  expect(mexico.messages.memberCount(1)).toBe('1 miembro')
  expect(mexico.messages.memberCount(12_345)).toBe('12,345 miembros')
  expect(spain.messages.memberCount(12_345)).toBe('12.345 miembros')
  const { messages, phrasing } = await loadLocalization(['pt-BR'])
  expect(messages.seats(57, 80)).toBe('57 de 80 licenças em uso')
  expect(phrasing.ago(new Date(0), 3 * 3_600_000)).toBe('há 3 horas')
})

test('somebody whose clock is ahead was active now, not in the future', async () => {
  const { phrasing } = await loadLocalization(['en'])
  expect(phrasing.ago(new Date(60_000), 0)).toBe('now')
})

test('a host may replace single words, in a group of words too', async () => {
  const { messages } = await loadLocalization(['en'])
  const labels = { team: 'Agents', states: { invited: 'Invited' } }
  expect(relabel(messages, labels)).toMatchObject({
    team: 'Agents',
    members: 'Members',
    states: { active: 'Active', invited: 'Invited' },
  })
})
