import type { NamedReference, RoleReference } from './members.ts'

/** A channel as rules name it: by its key. */
export interface ChannelReference extends NamedReference {
  key: string
}

/** What the widget needs to know once. */
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
  channels: ChannelReference[]
}

/** What an inbox's own team screen says where its words are not everybody's. */
export interface TeamLabels {
  /** The screen's name in the menu. */
  title: string
  addMember: string
  /** The button that ends the form. */
  submit: string
  /** What a role is called there. */
  role: string
  /** The button in the mail that invites. */
  accept: string
}

export type InviteField =
  | 'givenName'
  | 'familyName'
  | 'displayName'
  | 'email'
  | 'jobTitle'
  | 'role'
  | 'password'
  | 'departments'
  | 'channels'
  | 'supervisor'
  | 'phone'
  | 'language'
  | 'message'

/** What the viewer may do that is not about one member; decided by the server, never by the widget. */
export type WorkspaceAction =
  | 'invite'
  | 'create'
  | 'import'
  | 'export'
  | 'bulk'
  | 'give-supervisor'
  | 'manage-departments'
  | 'manage-roles'
  | 'manage-rules'
  | 'transfer-ownership'

/** What `GET /team/v1/workspace` answers. */
export interface TeamWorkspace extends WorkspaceSummary {
  can: {
    actions: WorkspaceAction[]
    /** Keys of the roles that the viewer may give to others. */
    grantableRoles: string[]
  }
  screen: {
    labels: Record<'en' | 'es' | 'pt-BR', TeamLabels>
    /** What the form that adds somebody asks for, in its order. */
    inviteFields: InviteField[]
    /** Who sets the password of somebody new. */
    passwords: 'person' | 'admins'
  }
}
