import { directoryEventTypes } from './directory-event-types.ts'

/** What no host is told under these names: what Plantel's own parts tell each other, and what goes out as SCIM events. */
export const internalEventTypes: ReadonlySet<string> = new Set([
  'email_change.completed',
  'email_change.requested',
  'job.changed',
  'password.reset_requested',
  ...directoryEventTypes,
])
