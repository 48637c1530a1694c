import type { Locale } from '@plantel/team'
import { z } from 'zod'

/** How somebody wants a table. */
export interface CsvForm {
  /** Of headers and words; the workspace's if absent. */
  language?: Locale
  delimiter: 'comma' | 'semicolon' | 'tab'
  /** Without it some spreadsheets take UTF-8 for something else. */
  bom: boolean
}

/** The parameters that say it. */
export const csvFormShape: {
  language: z.ZodExactOptional<z.ZodEnum<{ en: 'en'; es: 'es'; 'pt-BR': 'pt-BR' }>>
  delimiter: z.ZodDefault<z.ZodEnum<{ comma: 'comma'; semicolon: 'semicolon'; tab: 'tab' }>>
  bom: z.ZodDefault<z.ZodEnum<{ true: 'true'; false: 'false' }>>
} = {
  language: z.enum(['en', 'es', 'pt-BR']).exactOptional(),
  delimiter: z.enum(['comma', 'semicolon', 'tab']).default('comma'),
  bom: z.enum(['true', 'false']).default('false').meta({
    description: '`true` for spreadsheets that would take UTF-8 for something else.',
  }),
}

/** The same, parsed. */
export function csvFormOf(request: {
  language?: Locale | undefined
  delimiter: CsvForm['delimiter']
  bom: 'true' | 'false'
}): CsvForm {
  const { language, delimiter, bom } = request
  return { ...(language === undefined ? {} : { language }), delimiter, bom: bom === 'true' }
}
