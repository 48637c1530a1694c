import type { CreateFilterMessages } from './filter-messages.ts'

/** Brazilian Portuguese. */
export const createMessages: CreateFilterMessages = () => ({
  any: 'Qualquer',
  sources: {
    directory: 'Pelo diretório',
    invitation: 'Por convite',
    manual: 'Adicionado à mão',
  },
  activeWithin: (days) => `Nos últimos ${days} dias`,
  inactiveFor: (days) => `Há mais de ${days} dias ou nunca`,
})
