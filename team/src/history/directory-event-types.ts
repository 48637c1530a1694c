/** What a directory says of its people and groups: written only for hosts with an endpoint that takes SCIM events. */
export const directoryEventTypes = [
  'directory_user.created',
  'directory_user.changed',
  'directory_user.deleted',
  'directory_group.created',
  'directory_group.changed',
  'directory_group.deleted',
] as const

export type DirectoryEventType = (typeof directoryEventTypes)[number]
