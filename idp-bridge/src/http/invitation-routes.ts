import { type Database, readInWorkspace, type WorkspaceTransaction } from '@plantel/db'
import {
  type AcceptedProfile,
  type AcceptField,
  findWorkspace,
  type InvitationLink,
  type InvitationPage,
  type InvitationTokens,
  type Locale,
  readInvitation,
  recordActivity,
  recordChanges,
  teamLabels,
  type Workspace,
} from '@plantel/team'
import type { Request, Response } from 'express'

import { listActiveSsoConnections } from '../connections/sso-connection-store.ts'
import type { IdpBridgeLog } from '../log.ts'
import { hashPassword } from '../passwords/password-hash.ts'
import { flawOfPassword } from '../passwords/password-rules.ts'
import { setPassword } from '../passwords/password-store.ts'
import type { WorkspaceSessions } from '../sessions/workspace-sessions.ts'
import { SignInError } from '../sign-in/sign-in-error.ts'
import { errorOfInvitation, takeInvitation } from '../sign-in/take-invitation.ts'
import { systemActor } from '../system-actor.ts'
import { pageBrandOf } from './brand/page-brand.ts'
import { startPath } from './error-page.ts'
import { fieldOf } from './form.ts'
import type { InboxEntry } from './inbox-entry.ts'
import { type AcceptForm, renderInvitation } from './invitation-pages.ts'
import { tokenOf } from './path-token.ts'
import { preferredLocale } from './preferred-locale.ts'
import { seeOther, sendPage } from './send-page.ts'
import { signedInPath, toInboxPath } from './sso-routes.ts'

/** `/invitation/:token`: the page behind the mail, and its one button. */
export interface InvitationRoutes {
  show: (req: Request, res: Response) => Promise<void>
  accept: (req: Request, res: Response) => Promise<void>
}

interface OpenInvitation {
  link: InvitationLink
  token: string
  page: InvitationPage
  workspace: Workspace
}

export function createInvitationRoutes(options: {
  db: Database
  invitations: InvitationTokens
  sessions: WorkspaceSessions
  inboxEntry: InboxEntry
  log: IdpBridgeLog
}): InvitationRoutes {
  const { db, invitations, sessions, inboxEntry, log } = options

  async function requireOpen(req: Request): Promise<OpenInvitation> {
    const token = tokenOf(req)
    const link = invitations.read(token)
    const page = link && (await readInvitation(db, link))
    const workspace = page && (await findWorkspace(db, undefined, page.workspaceId))
    if (!link || !page || !workspace) throw new SignInError('link-unknown')
    if (page.state !== 'open') {
      throw new SignInError(errorOfInvitation[page.state], { workspaceId: workspace.id })
    }
    return { link, token, page, workspace }
  }

  async function send(
    req: Request,
    res: Response,
    status: number,
    { token, page, workspace }: OpenInvitation,
    form: AcceptForm,
  ): Promise<void> {
    const locale = localeOf(req, page)
    const inbox = await inboxEntry(workspace)
    const returnTo = toInboxPath(workspace.id)
    const connections =
      page.signIn === 'sso'
        ? await readInWorkspace(db, workspace.id, systemActor(), listActiveSsoConnections)
        : []
    const content = renderInvitation(locale, {
      action: `/invitation/${token}`,
      workspaceName: page.workspace.brand?.name ?? page.workspace.name,
      brand: pageBrandOf({ id: workspace.id, ...page.workspace }),
      inviter: page.inviterName,
      role: page.roleName,
      message: page.message,
      email: page.email,
      wanted: page.wanted,
      asksForPhone: workspace.policies.profiles === 'person',
      termsUrl: page.workspace.brand?.termsUrl,
      submit: teamLabels(page.workspace.preset, page.workspace.brand)[locale].accept,
      form,
      connections: connections.map(({ id, name }) => ({
        name,
        href: startPath({ connectionId: id, returnTo, invitationToken: token }),
      })),
      formTargets: inbox === undefined ? [] : [new URL(inbox).origin],
    })
    sendPage(res, status, content)
  }

  return {
    async show(req, res) {
      const open = await requireOpen(req)
      await send(req, res, 200, open, emptyForm(open.page))
    },

    async accept(req, res) {
      const open = await requireOpen(req)
      const { link, page, workspace } = open
      if (page.signIn === 'sso') {
        throw new SignInError('access-refused', {
          adminDetail: 'sso-required',
          workspaceId: workspace.id,
        })
      }
      const password = fieldOf(req, 'password')
      const form = readAcceptForm(req, page, password)
      if (form.missing.size > 0 || form.flaw !== undefined) return send(req, res, 422, open, form)
      const hash = await hashPassword(password)
      await sessions.signIn(req, res, workspace.id, async (trx) => {
        const memberId = await takeInvitation(trx, { ...link, profile: profileOf(page, form) })
        await setPassword(trx, memberId, hash)
        if (page.workspace.brand?.termsUrl !== undefined) {
          await recordConsent(trx, memberId, page.workspace.brand.termsUrl)
        }
        recordActivity(trx, memberId)
        log({ level: 'info', event: 'sign-in.completed', workspaceId: workspace.id, memberId })
        return { memberId, connectionId: null }
      })
      seeOther(res, (await inboxEntry(workspace)) ?? signedInPath)
    },
  }
}

/** Which terms the person has accepted, and when. */
async function recordConsent(
  trx: WorkspaceTransaction,
  memberId: string,
  termsUrl: string,
): Promise<void> {
  await recordChanges(trx, [
    {
      action: 'member.terms_accepted',
      subject: { kind: 'member', id: memberId },
      before: null,
      after: { termsUrl },
    },
  ])
}

function localeOf(req: Request, page: InvitationPage): Locale {
  return preferredLocale(req.get('accept-language'), page.language ?? page.workspace.locale)
}

function emptyForm({ profile }: InvitationPage): AcceptForm {
  return {
    values: {
      givenName: profile.givenName ?? '',
      familyName: profile.familyName ?? '',
      displayName: profile.displayName ?? '',
      phone: '',
    },
    isAccepted: false,
    missing: new Set(),
    flaw: undefined,
  }
}

function readAcceptForm(req: Request, page: InvitationPage, password: string): AcceptForm {
  const text = (name: string, length: number): string =>
    fieldOf(req, name).trim().replaceAll(/\s+/g, ' ').slice(0, length)
  const values = {
    givenName: text('givenName', 200),
    familyName: text('familyName', 200),
    displayName: text('displayName', 200),
    phone: text('phone', 50),
  }
  const isAccepted = fieldOf(req, 'terms') === 'accepted'
  const needsTerms = page.workspace.brand?.termsUrl !== undefined
  const missing = new Set<AcceptField | 'terms'>(
    page.wanted.filter((field) => values[field] === ''),
  )
  if (needsTerms && !isAccepted) missing.add('terms')
  const { displayName, familyName, givenName } = values
  const known = [page.email ?? '', page.workspace.name, displayName, familyName, givenName]
  return { values, isAccepted, missing, flaw: flawOfPassword(password, known) }
}

/** Only what was asked for: the rest is for others to say. */
function profileOf({ wanted, profile }: InvitationPage, { values }: AcceptForm): AcceptedProfile {
  const said = Object.fromEntries(wanted.map((field) => [field, values[field]]))
  const { givenName = profile.givenName, familyName = profile.familyName } = said
  const full = [givenName, familyName].filter((part) => part !== null).join(' ')
  return {
    ...(profile.displayName === null && full !== '' ? { displayName: full } : {}),
    ...said,
    ...(values.phone === '' ? {} : { phone: values.phone }),
  }
}
