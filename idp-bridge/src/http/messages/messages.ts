import type { SignInErrorCode } from '../../sign-in/sign-in-error.ts'

/** What a refusal means to the person, whatever its technical reason. */
export type Refusal =
  | 'companyRefused'
  | 'companyUnreachable'
  | 'noAccess'
  | 'noAccount'
  | 'notSetUp'
  | 'notVerified'
  | 'requestUnknown'
  | 'tryAgain'
  | 'unexpected'
  | 'workspaceUnknown'

interface RefusalText {
  title: string
  /** What happened, and whom to ask; the workspace's name where it is known. */
  text: (workspaceName: string | undefined) => string
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
  refusals: Readonly<Record<Refusal, RefusalText>>
}

/** Which text answers which code. */
export const refusalOfCode: Readonly<Record<SignInErrorCode, Refusal>> = {
  'access-refused': 'noAccess',
  'connection-disabled': 'notSetUp',
  'connection-not-found': 'notSetUp',
  'flow-expired': 'tryAgain',
  'flow-not-yours': 'tryAgain',
  'idp-refused': 'companyRefused',
  'idp-unreachable': 'companyUnreachable',
  'member-not-found': 'noAccount',
  'member-unknown': 'noAccount',
  'no-connection': 'notSetUp',
  'request-expired': 'tryAgain',
  'request-invalid': 'requestUnknown',
  'response-invalid': 'notVerified',
  'token-expired': 'tryAgain',
  'token-invalid': 'notVerified',
  'token-refused': 'notVerified',
  unexpected: 'unexpected',
  'workspace-not-found': 'workspaceUnknown',
}
