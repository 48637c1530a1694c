import type { CreateFilterMessages } from './filter-messages.ts'

/** Spanish. */
export const createMessages: CreateFilterMessages = () => ({
  any: 'Cualquiera',
  sources: {
    directory: 'Desde el directorio',
    invitation: 'Por invitación',
    manual: 'Agregado a mano',
  },
  activeWithin: (days) => `En los últimos ${days} días`,
  inactiveFor: (days) => `Hace más de ${days} días o nunca`,
})
