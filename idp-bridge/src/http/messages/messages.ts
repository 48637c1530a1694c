import type { PasswordFlaw } from '../../passwords/password-rules.ts'
import type { SignInErrorCode } from '../../sign-in/sign-in-error.ts'

/** What a refusal means to the person, whatever its technical reason. */
export type Refusal =
  | 'addressTaken'
  | 'companyRefused'
  | 'companyUnreachable'
  | 'linkExpired'
  | 'linkReplaced'
  | 'linkUnknown'
  | 'linkUsed'
  | 'linkWithdrawn'
  | 'noAccess'
  | 'noAccount'
  | 'notSetUp'
  | 'notVerified'
  | 'requestUnknown'
  | 'tooManyAttempts'
  | 'tryAgain'
  | 'unexpected'
  | 'workspaceUnknown'

interface RefusalText {
  title: string
  /** What happened, and whom to ask; the workspace's name where it is known. */
  text: (workspaceName: string | undefined) => string
}

/** Texts of the pages that ask for a password. */
export interface PasswordMessages {
  /** Between the buttons of the company accounts and the form. */
  or: string
  /** Says how people come in where there is a password beside, or instead of, the company account. */
  signInText: string
  emailLabel: string
  label: string
  /** Of break-glass owners, who have recovery codes. */
  labelOrCode: string
  signIn: string
  forgotten: string
  /** Where single sign-on is required and only owners in an emergency have one. */
  emergency: string
  wrong: string
  tooManyAttempts: (minutes: number) => string
  resetTitle: string
  resetText: (workspaceName: string) => string
  sendLink: string
  linkSentTitle: string
  linkSentText: (email: string) => string
  newTitle: string
  newText: (email: string) => string
  newLabel: string
  hint: (minLength: number) => string
  flaws: Readonly<Record<PasswordFlaw, string>>
  save: string
  savedTitle: string
  savedText: string
  goToInbox: string
}

/** Texts of the page on which an invitation is accepted. */
export interface InvitationMessages {
  title: (workspaceName: string) => string
  /** Who invites, where that is known, and as what. */
  text: (invitation: { inviter: string | null; role: string | null }) => string
  /** Over what the inviter wrote. */
  messageFrom: (inviter: string | null) => string
  emailIs: (email: string) => string
  givenName: string
  familyName: string
  displayName: string
  displayNameHint: string
  phone: string
  optional: string
  nameMissing: string
  /** Before and after the link to the terms. */
  terms: readonly [before: string, link: string, after: string]
  termsMissing: string
  companyText: string
}

/** Texts of the page on which the two people of a transfer agree. */
export interface OwnershipMessages {
  title: (workspaceName: string) => string
  give: (names: { to: string; role: string }) => string
  take: (names: { from: string }) => string
  confirm: string
  doneTitle: string
  waiting: (name: string) => string
  completed: (newOwner: string, workspaceName: string) => string
}

/** Texts of the page on which somebody confirms another address. */
export interface EmailChangeMessages {
  title: string
  text: (email: string, workspaceName: string) => string
  /** What follows from it. */
  signedOut: string
  confirm: string
  doneTitle: string
  doneText: (email: string) => string
}

/** Every text of the sign-in pages in one language. */
export interface Messages {
  signInTitle: (workspaceName: string) => string
  signInText: string
  continueWith: (connectionName: string) => string
  companySecurity: string
  workspaceTitle: string
  workspaceText: string
  workspaceLabel: string
  workspaceHint: string
  workspaceNotFound: (entered: string) => string
  next: string
  signedInTitle: string
  signedInText: string
  signOutTitle: string
  signOutText: string
  signOutConfirm: string
  signOutCancel: string
  signedOutTitle: string
  signedOutText: string
  otherAccount: string
  retry: string
  reference: (reference: string) => string
  password: PasswordMessages
  invitation: InvitationMessages
  ownership: OwnershipMessages
  emailChange: EmailChangeMessages
  refusals: Readonly<Record<Refusal, RefusalText>>
}

/** Which text answers which code. */
export const refusalOfCode: Readonly<Record<SignInErrorCode, Refusal>> = {
  'access-refused': 'noAccess',
  'address-taken': 'addressTaken',
  'connection-disabled': 'notSetUp',
  'connection-not-found': 'notSetUp',
  'flow-expired': 'tryAgain',
  'flow-not-yours': 'tryAgain',
  'idp-refused': 'companyRefused',
  'idp-unreachable': 'companyUnreachable',
  'link-expired': 'linkExpired',
  'link-replaced': 'linkReplaced',
  'link-unknown': 'linkUnknown',
  'link-used': 'linkUsed',
  'link-withdrawn': 'linkWithdrawn',
  'member-not-found': 'noAccount',
  'member-unknown': 'noAccount',
  'no-connection': 'notSetUp',
  'request-expired': 'tryAgain',
  'request-invalid': 'requestUnknown',
  'response-invalid': 'notVerified',
  'token-expired': 'tryAgain',
  'token-invalid': 'notVerified',
  'token-refused': 'notVerified',
  'too-many-attempts': 'tooManyAttempts',
  unexpected: 'unexpected',
  'workspace-not-found': 'workspaceUnknown',
}
