/** Events by which Plantel's own parts tell each other something; no host is told of them. */
export const internalEventTypes: ReadonlySet<string> = new Set([
  'job.changed',
  'password.reset_requested',
])
