import type { CreateInviteMessages } from './invite-messages.ts'

/** English. */
export const createMessages: CreateInviteMessages = ({ number, plural }) => ({
  fields: {
    givenName: 'First name',
    familyName: 'Last name',
    displayName: 'Name',
    email: 'Email address',
    jobTitle: 'Job title',
    role: 'Role',
    password: 'Password',
    departments: 'Departments',
    channels: 'Channels',
    supervisor: 'Supervisor',
    phone: 'Phone',
    language: 'Language',
    message: 'Message in the mail',
  },
  emailHint: 'The invitation is sent to this address.',
  emailsHint: 'Type or paste as many as you like, also from a spreadsheet.',
  signatureHint: 'Customers see this name while the signature is on.',
  supervisorHint: 'Sees everyone’s conversations.',
  noDepartmentHint: 'Without a department they still see conversations that have none.',
  messageHint: 'In your own words, below ours.',
  passwordHint: 'Ten characters or more. They sign in with it.',
  showPassword: 'Show password',
  suggestPassword: 'Suggest one',
  addressChecks: {
    invalid: 'not an address',
    repeated: 'is here twice',
    member: 'is a member already',
    invited: 'is invited already',
    refused: 'could not be added',
  },
  addressCount: (count) =>
    plural(count, { one: `${number(count)} address`, other: `${number(count)} addresses` }),
  wrongCount: (count) =>
    plural(count, {
      one: `${number(count)} needs a correction`,
      other: `${number(count)} need a correction`,
    }),
  removeAddress: (address) => `Remove ${address}`,
  needsAddress: 'Give at least one address.',
  needsRole: 'Choose a role.',
  seatsLeft: (count) =>
    plural(count, { one: `${number(count)} seat left`, other: `${number(count)} seats left` }),
  seatsShort: (wanted, left) =>
    `${number(wanted)} people, ${plural(left, { one: `${number(left)} seat left`, other: `${number(left)} seats left` })}: free some or ask for more.`,
  inviteInstead: 'Invite by email instead',
  createInstead: 'Create with a password instead',
  invitedTitle: (count) =>
    plural(count, {
      one: `${number(count)} person invited`,
      other: `${number(count)} people invited`,
    }),
  createdTitle: (name) => `${name} was added`,
  createdText: 'They can sign in with their address and the password you set.',
  mailUnderway: 'The mail is on its way',
  notAdded: (count) =>
    plural(count, {
      one: `${number(count)} was not added`,
      other: `${number(count)} were not added`,
    }),
  cameBack: 'was here before and comes back',
  correct: 'Correct these',
  addMore: 'Add more',
  contactHost: 'For more, ask whoever runs your inbox.',
  importTitle: 'Import people',
  importLink: 'Import a CSV file',
  importHint: 'One person a row; only the email is needed. Also name, role, departments, channels.',
  chooseFile: 'Choose a file',
  dropFile: 'or drop it here',
  importWay: { invite: 'Invite new people by email', create: 'Add new people without a mail' },
  checking: 'The table is being checked',
  importing: 'People are being imported',
  progress: (done, total) =>
    total === null ? `${number(done)} rows` : `${number(done)} of ${number(total)} rows`,
  outcomes: {
    created: (count) => `${number(count)} new`,
    changed: (count) => `${number(count)} changed`,
    unchanged: (count) => `${number(count)} unchanged`,
    refused: (count) => `${number(count)} refused`,
  },
  row: (row) => `Row ${number(row)}`,
  ignoredColumns: (columns) => `These columns mean nothing here: ${columns}`,
  startImport: (count) =>
    plural(count, {
      one: `Import ${number(count)} person`,
      other: `Import ${number(count)} people`,
    }),
  nothingToImport: 'Nobody would be added or changed.',
  imported: 'The import is done',
  downloadRefused: 'Download refused rows',
  otherFile: 'Choose another file',
  importFailed: 'The table could not be read to its end. Send it again.',
  stop: 'Stop',
})
