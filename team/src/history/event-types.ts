/** Everything that a host is told of, by webhooks and the list of events. */
export const eventTypes = [
  'workspace.created',
  'workspace.updated',
  'workspace.deleted',
  'member.invited',
  'member.activated',
  'member.changed',
  'member.access_changed',
  'member.suspended',
  'member.reactivated',
  'member.removed',
  'session.revoked',
  'department.created',
  'department.changed',
  'department.deleted',
  'role.created',
  'role.changed',
  'role.deleted',
  'rules.changed',
  'connection.changed',
  'seats.exceeded',
  'handover.requested',
  'handover.cancelled',
  'handover.completed',
  'handover.failed',
] as const

export type HostEventType = (typeof eventTypes)[number]
