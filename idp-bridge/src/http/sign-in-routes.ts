import { type Database, readInWorkspace } from '@plantel/db'
import { findWorkspace, type Workspace, domainOfEmail } from '@plantel/team'
import type { Request, Response } from 'express'
import type { Interaction } from 'oidc-provider'

import { listActiveSsoConnections } from '../connections/sso-connection-store.ts'
import { findWorkspacesOfDomain } from '../domains/domain-store.ts'
import type { PasswordSignIn } from '../passwords/password-sign-in.ts'
import { hasPasswords } from '../passwords/password-store.ts'
import { findArtifactTime } from '../provider/artifact-store.ts'
import { returnToWorkspace } from '../provider/workspace-provider.ts'
import type { SessionMember, WorkspaceSessions } from '../sessions/workspace-sessions.ts'
import { SignInError } from '../sign-in/sign-in-error.ts'
import { systemActor } from '../system-actor.ts'
import { pageBrandOf } from './brand/page-brand.ts'
import { startPath } from './error-page.ts'
import { fieldOf } from './form.ts'
import type { InboxEntry } from './inbox-entry.ts'
import { type Interactions, needsFreshSignIn, textParam } from './interactions.ts'
import { messagesOf, preferredLocale } from './preferred-locale.ts'
import { seeOther, sendPage } from './send-page.ts'
import {
  type PasswordFormContent,
  renderSignedInPage,
  renderSignedOutPage,
  renderWays,
  renderWorkspaceForm,
} from './sign-in-pages.ts'
import { signedInPath } from './sso-routes.ts'

export interface SignInRoutes {
  /** `/sign-in/:uid`, where oidc-provider sends people whom it wants to be signed in. */
  show: (req: Request, res: Response) => Promise<void>
  /** `POST /sign-in/:uid/password`. */
  signInByPassword: (req: Request, res: Response) => Promise<void>
  showSignedIn: (req: Request, res: Response) => void
  showSignedOut: (req: Request, res: Response) => void
  /** On to the host of the workspace that is named. */
  toInbox: (req: Request, res: Response) => Promise<void>
}

export function createSignInRoutes(options: {
  db: Database
  interactions: Interactions
  sessions: WorkspaceSessions
  passwords: PasswordSignIn
  inboxEntry: InboxEntry
}): SignInRoutes {
  const { db, interactions, sessions, passwords, inboxEntry } = options

  return {
    async show(req, res) {
      const interaction = await interactions.require(req, res)
      if (interaction.prompt.name === 'consent') {
        return goOn(res, interaction, interaction.returnTo, { consent: {} })
      }
      // They have signed in for this request, and the provider still wants somebody else.
      if (interaction.lastSubmission?.login !== undefined) {
        return goOn(res, interaction, interaction.returnTo, { error: 'login_required' })
      }
      const hostId = await interactions.hostOf(interaction)
      const workspace = await interactions.workspaceOf(interaction, hostId)
      if (workspace === undefined) return enterWorkspace(req, res, interaction, hostId)
      await enter(req, res, interaction, workspace)
    },

    async signInByPassword(req, res) {
      const interaction = await interactions.require(req, res)
      const hostId = await interactions.hostOf(interaction)
      const workspace =
        (await interactions.workspaceOf(interaction, hostId)) ??
        (await findTypedWorkspace(hostId, fieldOf(req, 'workspace')))
      if (workspace === undefined) throw new SignInError('workspace-not-found')
      const email = fieldOf(req, 'email').trim()
      const answer = await passwords.check(workspace, email, fieldOf(req, 'password'))
      if (answer.outcome !== 'right') {
        const locale = preferredLocale(req.get('accept-language'), workspace.locale)
        const { password } = messagesOf[locale]
        const problem =
          answer.outcome === 'wrong' ? password.wrong : password.tooManyAttempts(answer.minutes)
        const status = answer.outcome === 'wrong' ? 401 : 429
        return showWays(req, res, interaction, workspace, status, { email, problem })
      }
      await sessions.signIn(req, res, workspace.id, (trx) => passwords.admit(trx, answer))
      seeOther(res, entryPath(`/sign-in/${interaction.uid}`, fieldOf(req, 'workspace')))
    },

    showSignedIn(req, res) {
      sendPage(res, 200, renderSignedInPage(preferredLocale(req.get('accept-language'))))
    },

    showSignedOut(req, res) {
      sendPage(res, 200, renderSignedOutPage(preferredLocale(req.get('accept-language'))))
    },

    async toInbox(req, res) {
      const workspace = await findWorkspace(db, undefined, typedWorkspace(req))
      if (workspace === undefined) throw new SignInError('workspace-not-found')
      seeOther(res, (await inboxEntry(workspace)) ?? signedInPath)
    },
  }

  /** A session from before the request does when the host didn't ask for more. */
  async function isEnough(interaction: Interaction, member: SessionMember): Promise<boolean> {
    if (needsFreshSignIn(interaction)) {
      const askedAt = await findArtifactTime(db, 'Interaction', interaction.uid)
      return askedAt !== undefined && member.signedInAt >= askedAt
    }
    return true
  }

  async function enterWorkspace(
    req: Request,
    res: Response,
    interaction: Interaction,
    hostId: string,
  ): Promise<void> {
    const entered = typedWorkspace(req)
    const workspace = entered === '' ? undefined : await findTypedWorkspace(hostId, entered)
    if (workspace !== undefined) return enter(req, res, interaction, workspace)
    const page = renderWorkspaceForm(preferredLocale(req.get('accept-language')), {
      action: `/sign-in/${interaction.uid}`,
      entered: entered === '' ? undefined : entered.slice(0, 254),
      // Whoever is signed in already goes from the form straight back to the host.
      formTargets: hostOrigins(interaction),
    })
    sendPage(res, entered === '' ? 200 : 404, page)
  }

  /**
   * By the short name, or by an address whose domain exactly one workspace of the host has proved to be its own: where
   * there are several, naming them would tell strangers who is a customer.
   */
  async function findTypedWorkspace(
    hostId: string,
    entered: string,
  ): Promise<Workspace | undefined> {
    if (!entered.includes('@')) return findWorkspace(db, hostId, entered)
    const domain = domainOfEmail(entered)
    const found = domain === undefined ? [] : await findWorkspacesOfDomain(db, hostId, domain)
    const [id, ...others] = found
    return id === undefined || others.length > 0 ? undefined : findWorkspace(db, hostId, id)
  }

  async function enter(
    req: Request,
    res: Response,
    interaction: Interaction,
    workspace: Workspace,
  ): Promise<void> {
    const member = await sessions.read(req, res, workspace.id)
    if (member !== undefined && (await isEnough(interaction, member))) {
      return finish(res, interaction, workspace.id, member)
    }
    const typed = typedWorkspace(req)
    const loginHint = loginHintOf(typed, interaction)
    const wanted = textParam(interaction, 'connection')
    if (wanted === undefined && !isHomeRealm(typed, workspace)) {
      return showWays(req, res, interaction, workspace, 200)
    }
    const connections = await readInWorkspace(
      db,
      workspace.id,
      systemActor(),
      listActiveSsoConnections,
    )
    const [only, ...others] = connections
    const chosen = wanted ?? (others.length === 0 ? only?.id : undefined)
    if (chosen === undefined) return showWays(req, res, interaction, workspace, 200)
    if (!connections.some(({ id }) => id === chosen)) {
      throw new SignInError('connection-not-found', { workspaceId: workspace.id })
    }
    const returnTo = entryPath(`/sign-in/${interaction.uid}`, wanted === undefined ? typed : '')
    const forceLogin = needsFreshSignIn(interaction)
    seeOther(res, startPath({ connectionId: chosen, returnTo, forceLogin, loginHint }))
  }

  /** Everything by which somebody may come in: the company's accounts, and the form where there are passwords. */
  async function showWays(
    req: Request,
    res: Response,
    interaction: Interaction,
    workspace: Workspace,
    status: number,
    failure?: { email: string; problem: string },
  ): Promise<void> {
    const { connections, mayUsePassword } = await readInWorkspace(
      db,
      workspace.id,
      systemActor(),
      async (trx) => ({
        connections: await listActiveSsoConnections(trx),
        mayUsePassword: await hasPasswords(trx),
      }),
    )
    if (connections.length === 0 && !mayUsePassword) {
      throw new SignInError('no-connection', { workspaceId: workspace.id })
    }
    const typed = typedWorkspace(req)
    const path = `/sign-in/${interaction.uid}`
    const returnTo = entryPath(path, typed)
    const form: PasswordFormContent = {
      action: `${path}/password`,
      workspace: typed === '' ? undefined : typed,
      email: failure?.email ?? loginHintOf(typed, interaction) ?? '',
      problem: failure?.problem,
      forgottenHref: `/reset?${new URLSearchParams({ workspace: workspace.id }).toString()}`,
      // With single sign-on for everybody, a form would only mislead them.
      isFolded: workspace.policies.ssoRequired && failure === undefined,
      takesCodes: workspace.policies.ssoRequired,
    }
    const page = renderWays(preferredLocale(req.get('accept-language'), workspace.locale), {
      workspaceName: workspace.brand?.name ?? workspace.name,
      brand: pageBrandOf(workspace),
      connections: connections.map(({ id, name }) => ({
        name,
        href: startPath({
          connectionId: id,
          returnTo,
          forceLogin: needsFreshSignIn(interaction),
          loginHint: loginHintOf(typed, interaction),
        }),
      })),
      form: mayUsePassword ? form : undefined,
      formTargets: hostOrigins(interaction),
    })
    sendPage(res, status, page)
  }
}

/** Goes on with the request in the session that this browser has, or gets, for the member's workspace. */
async function finish(
  res: Response,
  interaction: Interaction,
  workspaceId: string,
  { memberId, signedInAt }: SessionMember,
): Promise<void> {
  const returnTo = returnToWorkspace(interaction.returnTo, workspaceId)
  // Begun before it was known which: the session at hand then was another workspace's, or none.
  if (returnTo !== interaction.returnTo) interaction.session = undefined
  const login = { accountId: memberId, ts: signedInAt.getTime() / 1000 }
  await goOn(res, interaction, returnTo, { login })
}

/** What `provider.interactionFinished` does, and to the workspace that became known on the way. */
async function goOn(
  res: Response,
  interaction: Interaction,
  returnTo: string,
  result: NonNullable<Interaction['result']>,
): Promise<void> {
  interaction.returnTo = returnTo
  interaction.result = { ...interaction.lastSubmission, ...result }
  await interaction.persist()
  seeOther(res, returnTo)
}

/** Where a form's answer may lead: to the host, once everything is settled. */
function hostOrigins(interaction: Interaction): string[] {
  const redirectUri = textParam(interaction, 'redirect_uri')
  return redirectUri === undefined ? [] : [new URL(redirectUri).origin]
}

/** Whoever gave an address of a company that wants single sign-on is led straight to it. */
function isHomeRealm(typed: string, { policies }: Workspace): boolean {
  return typed.includes('@') && policies.ssoRequired
}

function loginHintOf(typed: string, interaction: Interaction): string | undefined {
  return typed.includes('@') ? typed.slice(0, 254) : textParam(interaction, 'login_hint')
}

function typedWorkspace(req: Request): string {
  const typed = req.query['workspace']
  return typeof typed === 'string' ? typed.trim() : fieldOf(req, 'workspace')
}

/** Comes back with the workspace that was typed in, if it was. */
function entryPath(path: string, typed: string): string {
  return typed === '' ? path : `${path}?${new URLSearchParams({ workspace: typed }).toString()}`
}
