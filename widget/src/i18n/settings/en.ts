import type { CreateSettingsMessages } from './settings-messages.ts'

/** English. */
export const createMessages: CreateSettingsMessages = ({ counted }) => {
  const members = (count: number): string => counted(count, 'member', 'members')
  return {
    departmentsHint: 'Who sees which conversations, and who answers for them.',
    newDepartment: 'New department',
    itsName: 'Name',
    edit: (name) => `Edit ${name}`,
    defaultDepartment: 'Default',
    defaultHint: 'People go here when their last department is deleted.',
    makeDefault: 'Default department',
    members,
    lead: 'Lead',
    leadHint: 'Answers for the department.',
    noLead: 'Nobody',
    channelsHint: 'Whoever is in the department gets these.',
    deleteTitle: (name) => `Delete ${name}?`,
    deleteExplained: 'Its people, channels and rules move to another department.',
    moveTo: 'Move them to',
    moveToDefault: (name) => `${name} (only who has no other)`,
    difference: (changed) => `The access of ${members(changed)} changes`,
    loses: (count) => `${members(count)} lose access`,
    gains: (count) => `${members(count)} gain access`,
    nobodyChanges: 'Nobody’s access changes',
    deleted: (name) => `${name} is deleted`,
    noDepartments: 'There are no departments yet.',
    rolesHint: 'What people may do. Highest first.',
    builtIn: 'Built in',
    newRole: (from) => `New role from ${from}`,
    seesLabel: 'Conversations',
    sees: { own: 'Their own', departments: 'Their departments’', all: 'All' },
    permissions: 'What they may do',
    grantable: 'Roles they may give',
    grantableHint: 'Nobody gives more than this.',
    builtInHint:
      'This role came with the product: only its name can be changed. Copy it to change more.',
    preview: 'What would change',
    gainsPermissions: (list) => `May now: ${list}`,
    losesPermissions: (list) => `May no longer: ${list}`,
    replacement: 'Give its holders',
    groups: {
      conversations: 'Conversations',
      content: 'Contacts and content',
      team: 'Team',
      workspace: 'Workspace',
    },
    showMatrix: 'Compare roles',
    yes: 'Yes',
    no: 'No',
  }
}
