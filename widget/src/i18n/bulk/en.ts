import type { CreateBulkMessages } from './bulk-messages.ts'

/** English. */
export const createMessages: CreateBulkMessages = ({ counted, number }) => {
  const members = (count: number): string => counted(count, 'member', 'members')
  return {
    chosen: (count) => `${number(count)} selected`,
    chooseAll: (count) => `Select all ${number(count)}`,
    chooseNone: 'Clear selection',
    actions: 'What to do with them',
    kinds: {
      'set-role': 'Change role',
      'add-departments': 'Add departments',
      'remove-departments': 'Take out of departments',
      'sign-out': 'Sign out everywhere',
      'resend-invitation': 'Resend invitations',
      suspend: 'Suspend',
      reactivate: 'Reactivate',
      remove: 'Revoke access',
    },
    titles: {
      'set-role': (count) => `Change the role of ${members(count)}`,
      'add-departments': (count) => `Add departments to ${members(count)}`,
      'remove-departments': (count) => `Take ${members(count)} out of departments`,
      'sign-out': (count) => `Sign ${members(count)} out everywhere`,
      'resend-invitation': (count) => `Resend invitations to ${members(count)}`,
      suspend: (count) => `Suspend ${members(count)}`,
      reactivate: (count) => `Reactivate ${members(count)}`,
      remove: (count) => `Revoke the access of ${members(count)}`,
    },
    previewing: 'Looking at what would change…',
    wouldChange: (count) => `${members(count)} would change`,
    wouldStay: (count) => `${members(count)} would stay as they are`,
    wouldRefuse: (count) => `${members(count)} would be left out`,
    typeToConfirm: (word) => `Type ${word} to confirm`,
    running: 'In progress',
    progress: (done, total) =>
      total === null ? number(done) : `${number(done)} of ${number(total)}`,
    finished: 'Done',
    stopped: 'Stopped; what was done stays',
    failed: 'It ended early. What was done stays; the others can be chosen again.',
    changed: (count) => `${members(count)} changed`,
    refused: (count) => `${members(count)} left out`,
    refusedPeople: 'Who was left out, and why',
    stop: 'Stop',
    keepsGoing: 'You may close this: it goes on.',
  }
}
