import type { AccessMessages } from './access-messages.ts'

/** English. */
export const accessMessages: AccessMessages = {
  whyAccess: (name) => `Why ${name} has this access`,
  noGrants: 'Nothing is granted to this person, so they can’t sign in.',
  supervisor: 'Supervisor',
  conversationAccess: {
    own: 'Sees their own conversations',
    departments: 'Sees the conversations of their departments',
    all: 'Sees all conversations',
  },
  grantedByGroup: (group, directory) =>
    directory === null
      ? `Because they are in the group “${group}”`
      : `Because they are in the group “${group}” in ${directory}`,
  grantedByRule: 'Because a mapping rule applies to them',
  grantedByHand: 'Given by hand in this workspace',
  grantedByInvitation: 'Chosen in their invitation',
  grantedByDepartment: 'Comes with a department',
  grantedByDefault: 'The default for everyone from the directory',
  since: (date) => `since ${date}`,
  notEffective: 'Not in effect: something else outweighs it',
}
