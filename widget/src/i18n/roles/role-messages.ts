import type { ConversationAccess } from '../../contract/index.ts'
import type { Phrasing } from '../phrasing.ts'

/** What a role may allow; a host's server may know more, which are shown by their key. */
export type KnownPermission =
  | 'account-data:delete'
  | 'billing:manage'
  | 'campaigns:send'
  | 'chatbot:manage'
  | 'connections:restart'
  | 'contacts:add'
  | 'contacts:delete'
  | 'contacts:edit'
  | 'contacts:export'
  | 'conversations:all'
  | 'conversations:assign'
  | 'conversations:create'
  | 'conversations:delete'
  | 'conversations:departments'
  | 'conversations:own'
  | 'departments:manage'
  | 'directory:manage'
  | 'distribution:manage'
  | 'labels:create'
  | 'labels:manage'
  | 'members:manage'
  | 'passwords:set'
  | 'quick-replies:create'
  | 'quick-replies:manage'
  | 'region:manage'
  | 'reports:view'
  | 'roles:manage'
  | 'settings:manage'
  | 'templates:manage'

/** How roles are described wherever they can be chosen, read or changed. */
export interface RoleMessages {
  sees: Record<ConversationAccess, string>
  /** Each goes on from "can". */
  may: Record<KnownPermission, string>
  can: (things: string) => string
  andMore: (count: number) => string
  notGrantable: string
}

export type CreateRoleMessages = (phrasing: Phrasing) => RoleMessages
