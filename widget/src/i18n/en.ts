import type { CreateMessages } from './messages.ts'

/** English. */
export const createMessages: CreateMessages = ({ counted, number }) => ({
  team: 'Team',
  seats: (used, limit) =>
    limit === null
      ? counted(used, 'seat in use', 'seats in use')
      : `${number(used)} of ${number(limit)} seats in use`,

  members: 'Members',
  memberCount: (count) => counted(count, 'member', 'members'),
  matchCount: (count) => counted(count, 'member found', 'members found'),
  search: 'Search members',
  searchHint: 'Search by name or email',
  clearFilters: 'Clear search and filters',
  moreFilters: (count) => (count === 0 ? 'More filters' : `More filters (${number(count)})`),
  sort: 'Sort by',
  created: 'Date added',
  exportCsv: 'Download CSV',

  member: 'Member',
  role: 'Role',
  department: 'Department',
  departments: 'Departments',
  channels: 'Channels',
  state: 'Status',
  lastActive: 'Last active',
  source: 'Source',

  states: { active: 'Active', invited: 'Pending', suspended: 'Suspended' },
  presence: { online: 'Online', away: 'Away', offline: 'Offline' },
  you: 'You',
  roleNames: {
    owner: 'Owner',
    administrator: 'Administrator',
    manager: 'Manager',
    agent: 'Agent',
    operator: 'Operator',
    user: 'User',
    member: 'Member',
  },
  noAccess: 'No access',
  noRoleReasons: { no_grant: 'No role granted yet', no_seat: 'No seat left' },
  more: (count) => `${number(count)} more`,
  never: 'Never',
  managedBy: (directory) => `Managed by ${directory}`,
  managedHere: 'This workspace',

  emptyList: {
    title: 'Nobody here yet',
    text: 'People appear here as soon as they are invited or arrive from your directory.',
  },
  noMatch: {
    title: 'No member matches',
    text: 'Check the spelling, or search with fewer filters.',
  },
  problems: {
    failed: {
      title: 'The team could not be loaded',
      text: 'Something went wrong on our side. Try again in a moment.',
    },
    busy: {
      title: 'The service is busy',
      text: 'Try again in a moment.',
    },
    unreachable: {
      title: 'You are offline',
      text: 'The list will update by itself once the connection is back.',
    },
    forbidden: {
      title: 'You can’t see this team',
      text: 'Your role doesn’t include the team list. An administrator can change that.',
    },
    'signed-out': {
      title: 'Your session has ended',
      text: 'Sign in again to go on.',
    },
    gone: {
      title: 'This member is gone',
      text: 'They were removed from the team a moment ago.',
    },
    outdated: {
      title: 'This page needs an update',
      text: 'Reload it.',
    },
  },
  retry: 'Try again',
  close: 'Close',
  show: 'Show',
  actions: 'Actions',
  actionsFor: (name) => `Actions for ${name}`,
  addMember: 'Add member',
  views: {
    members: 'Members',
    departments: 'Departments',
    roles: 'Roles',
    directory: 'Directory',
    activity: 'Activity',
    profile: 'My profile',
  },
  requestId: (id) => `Request ${id}`,

  memberAdded: (name) => `${name} joined the team`,
  memberChanged: (name) => `${name} was updated`,
  memberRemoved: (name) => `${name} left the team`,
  membersChanged: (count) => counted(count, 'member changed', 'members changed'),
})
