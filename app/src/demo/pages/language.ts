import type { Request, Response } from 'express'

/** Languages the demo's pages speak. */
export const languages = ['en', 'es', 'pt-BR'] as const

export type Language = (typeof languages)[number]

export const languageNames: Record<Language, string> = {
  en: 'English',
  es: 'Español',
  'pt-BR': 'Português',
}

const cookieName = 'plantel-demo-language'

/** The language of `?lang=` (remembered in a cookie), else of the cookie, else of the browser. */
export function chooseLanguage(request: Request, response: Response): Language {
  const asked = request.query['lang']
  if (typeof asked === 'string' && isLanguage(asked)) {
    response.cookie(cookieName, asked, { path: '/', sameSite: 'lax', maxAge: 31_536_000_000 })
    return asked
  }
  const remembered = readCookie(request, cookieName)
  if (remembered !== undefined && isLanguage(remembered)) return remembered
  return matchLanguage(request.get('accept-language') ?? '')
}

/** The first of the browser's languages that we speak (RFC 9110 §12.5.4), else English. */
export function matchLanguage(acceptLanguage: string): Language {
  const wanted = acceptLanguage
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().split(';')
      const weight = parameters.map((text) => /^\s*q=([\d.]+)$/.exec(text)?.[1]).find(Boolean)
      return { tag: tag.toLowerCase(), weight: weight === undefined ? 1 : Number(weight) }
    })
    .toSorted((a, b) => b.weight - a.weight)
  for (const { tag, weight } of wanted) {
    if (weight === 0) continue
    const [primary] = tag.split('-')
    const found = languages.find((language) => language.split('-')[0] === primary)
    if (found !== undefined) return found
  }
  return 'en'
}

/** The value of one request cookie (RFC 6265 §5.4), or undefined. */
export function readCookie(request: Request, name: string): string | undefined {
  for (const pair of (request.get('cookie') ?? '').split(';')) {
    const equals = pair.indexOf('=')
    if (equals > 0 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim()
  }
  return undefined
}

function isLanguage(text: string): text is Language {
  return (languages as readonly string[]).includes(text)
}
