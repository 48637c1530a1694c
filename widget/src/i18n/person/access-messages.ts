import type { ConversationAccess } from '../../contract/index.ts'

/** Every word that only the dialog about a member's access says; it comes with the dialog. */
export interface AccessMessages {
  whyAccess: (name: string) => string
  noGrants: string
  supervisor: string
  conversationAccess: Record<ConversationAccess, string>
  grantedByGroup: (group: string, directory: string | null) => string
  grantedByRule: string
  grantedByHand: string
  grantedByInvitation: string
  grantedByDepartment: string
  grantedByDefault: string
  since: (date: string) => string
  notEffective: string
}
