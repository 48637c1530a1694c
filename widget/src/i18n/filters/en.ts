import type { CreateFilterMessages } from './filter-messages.ts'

/** English. */
export const createMessages: CreateFilterMessages = () => ({
  any: 'Any',
  sources: {
    directory: 'From the directory',
    invitation: 'By invitation',
    manual: 'Added by hand',
  },
  activeWithin: (days) => `In the last ${days} days`,
  inactiveFor: (days) => `More than ${days} days ago, or never`,
})
