import type { Messages } from './messages.ts'

const team = (name: string | undefined): string => (name === undefined ? 'your team' : name)

export const en: Messages = {
  signInTitle: (name) => `Sign in to ${name}`,
  signInText: 'Your company account opens the inbox. There is no other password.',
  continueWith: (name) => `Continue with ${name}`,
  companySecurity: 'You will be taken to your company’s sign-in page.',
  workspaceTitle: 'Which workspace is yours?',
  workspaceText: 'Enter your work email, or the short name of your team’s workspace.',
  workspaceLabel: 'Work email or workspace',
  workspaceHint: 'For example ana@northwind.example, or northwind.',
  workspaceNotFound: (entered) =>
    `Nothing here belongs to “${entered}”. Check the spelling, or enter the short name of the workspace.`,
  next: 'Continue',
  signedInTitle: 'You are signed in',
  signedInText: 'You can close this page and go back to your inbox.',
  signOutTitle: 'Sign out?',
  signOutText: 'You will be signed out of the inbox in this browser.',
  signOutConfirm: 'Sign out',
  signOutCancel: 'Stay signed in',
  signedOutTitle: 'You are signed out',
  signedOutText: 'You can close this page.',
  otherAccount: 'Use another account',
  retry: 'Try again',
  reference: (reference) => `Reference ${reference}`,
  password: {
    or: 'or',
    signInText: 'Use your company account, or the email and password of your account here.',
    emailLabel: 'Email',
    label: 'Password',
    labelOrCode: 'Password or recovery code',
    signIn: 'Sign in',
    forgotten: 'Forgot your password?',
    emergency: 'Owners: sign in with a password',
    wrong: 'Email and password don’t match. Check both, or choose a new password.',
    tooManyAttempts: (minutes) =>
      `Too many attempts. Wait ${minutes === 1 ? 'a minute' : `${minutes} minutes`} and try again, or choose a new password.`,
    resetTitle: 'Choose a new password',
    resetText: (name) => `Enter the email of your account in ${name}. We will send you a link.`,
    sendLink: 'Send the link',
    linkSentTitle: 'Look in your mailbox',
    linkSentText: (email) =>
      `If ${email} has an account here, a link is on its way. It works once, for 30 minutes. Nothing there? Look in the spam folder, or ask an administrator.`,
    newTitle: 'Your new password',
    newText: (email) => `For ${email}. You will be signed out everywhere else.`,
    newLabel: 'New password',
    hint: (min) => `At least ${min} characters. A few words are easy to remember.`,
    flaws: {
      'too-short': 'That is too short. Add a few characters.',
      'too-long': 'That is too long. At most 256 characters.',
      guessable: 'That is easy to guess. Leave out your name, your email and simple sequences.',
    },
    save: 'Save the password',
    savedTitle: 'Your password is saved',
    savedText: 'You can sign in with it now.',
    goToInbox: 'Go to the inbox',
  },
  invitation: {
    title: (name) => `Welcome to ${name}`,
    text: ({ inviter, role }) =>
      `${inviter ?? 'Your team'} has invited you${role === null ? '' : ` as ${role}`}. One step, and you are in.`,
    messageFrom: (inviter) => (inviter === null ? 'Message' : `${inviter} writes`),
    emailIs: (email) => `You sign in as ${email}.`,
    givenName: 'First name',
    familyName: 'Last name',
    displayName: 'Your name',
    displayNameHint: 'Your name, or your company’s: your team sees it.',
    phone: 'Phone',
    optional: 'optional',
    nameMissing: 'Enter a name.',
    terms: ['I accept the ', 'terms and the transfer of my data', '.'],
    termsMissing: 'Without your consent the account can’t be opened.',
    companyText: 'You come in with your company account. There is no other password.',
  },
  ownership: {
    title: (name) => `Who owns ${name}?`,
    give: ({ to, role }) =>
      `You hand the workspace over to ${to} and become ${role}. It happens once both of you have agreed.`,
    take: ({ from }) =>
      `${from} hands the workspace over to you. It happens once both of you have agreed.`,
    confirm: 'I agree',
    doneTitle: 'Thank you',
    waiting: (name) => `Now ${name} has to agree. The link in their mailbox works for 30 minutes.`,
    completed: (owner, name) => `${owner} is now the owner of ${name}.`,
  },
  emailChange: {
    title: 'Is this your new address?',
    text: (email, name) => `From now on you sign in to ${name} as ${email}.`,
    signedOut: 'You are signed out everywhere and sign in again with the new address.',
    confirm: 'Use this address',
    doneTitle: 'Your address is changed',
    doneText: (email) => `Go to your inbox and sign in as ${email}.`,
  },
  refusals: {
    addressTaken: {
      title: 'This address is in use',
      text: (name) =>
        `Somebody in ${team(name)} already signs in with it. Ask for the change with another address.`,
    },
    companyRefused: {
      title: 'Your company did not let you in',
      text: () =>
        'Your company’s sign-in page refused or cancelled the request. Try again, or ask your IT department whether this app is assigned to you.',
    },
    companyUnreachable: {
      title: 'Your company’s sign-in page does not answer',
      text: () => 'Wait a moment and try again. If it goes on, tell your IT department.',
    },
    linkExpired: {
      title: 'This link has expired',
      text: (name) => `Ask an administrator of ${team(name)} for a new one.`,
    },
    linkReplaced: {
      title: 'There is a newer link',
      text: () => 'This one was replaced. Open the newest mail in your mailbox.',
    },
    linkUnknown: {
      title: 'This link does not work',
      text: () =>
        'It may have been cut off on the way. Copy the whole address from the mail, or ask whoever sent it for a new one.',
    },
    linkUsed: {
      title: 'This link was already used',
      text: () => 'It works once. If that was you, go to your inbox and sign in.',
    },
    linkWithdrawn: {
      title: 'This link was withdrawn',
      text: (name) => `Ask an administrator of ${team(name)} whether that was meant.`,
    },
    noAccess: {
      title: 'You don’t have access at the moment',
      text: (name) => `Ask an administrator of ${team(name)} to give you access.`,
    },
    noAccount: {
      title: 'We don’t know you yet',
      text: (name) =>
        `Your company account is fine, but nobody has added you to ${team(name)}. Ask an administrator or your IT department to add you.`,
    },
    notSetUp: {
      title: 'Company sign-in is not set up',
      text: (name) => `Ask an administrator of ${team(name)} to set it up or to switch it on.`,
    },
    notVerified: {
      title: 'We could not verify your sign-in',
      text: () =>
        'The answer of your company’s sign-in page did not pass our checks. Try again. If it goes on, give the reference below to your IT department.',
    },
    requestUnknown: {
      title: 'Your inbox sent a request we don’t know',
      text: () =>
        'You did nothing wrong, and trying again will not help. Tell whoever runs your inbox: its developers should check the client ID (client_id) and the redirect URI (redirect_uri).',
    },
    tooManyAttempts: {
      title: 'Too many attempts',
      text: () => 'Wait a few minutes and try again.',
    },
    tryAgain: {
      title: 'This sign-in has expired',
      text: () =>
        'It took too long, was already used or began in another browser. Go back to your inbox and start again.',
    },
    unexpected: {
      title: 'Something went wrong on our side',
      text: () => 'Try again in a moment. If it goes on, pass on the reference below.',
    },
    workspaceUnknown: {
      title: 'There is no such workspace',
      text: () =>
        'The address you followed names a workspace that does not exist here. Ask whoever gave it to you.',
    },
  },
}
