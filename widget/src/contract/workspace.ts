import type { NamedReference, RoleReference } from './members.ts'

/** `GET /team/v1/workspace`: what the widget needs to know once. */
export interface WorkspaceSummary {
  id: string
  name: string
  /** BCP 47; the language the workspace works in. */
  locale: string
  /** The version of the Team API that answers, `major.minor`. */
  apiVersion: string
  viewer: { memberId: string; displayName: string; role: RoleReference | null }
  /** `limit` is null when the host set none. */
  seats: { used: number; limit: number | null }
  /** In the workspace's order, highest first. */
  roles: RoleReference[]
  departments: NamedReference[]
  channels: NamedReference[]
}
