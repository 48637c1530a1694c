import { type Database, readInWorkspace } from '@plantel/db'
import { findWorkspace, type Workspace } from '@plantel/team'
import type { Request, Response } from 'express'
import { type default as Provider, errors, type Interaction } from 'oidc-provider'

import {
  findWorkspaceOfConnection,
  listActiveSsoConnections,
} from '../connections/sso-connection-store.ts'
import { findArtifactTime } from '../provider/artifact-store.ts'
import { hostIdMetadata } from '../provider/client-adapter.ts'
import { returnToWorkspace } from '../provider/workspace-provider.ts'
import type { SessionMember, WorkspaceSessions } from '../sessions/workspace-sessions.ts'
import { SignInError } from '../sign-in/sign-in-error.ts'
import { systemActor } from '../system-actor.ts'
import { startPath } from './error-page.ts'
import { preferredLocale } from './preferred-locale.ts'
import { seeOther, sendPage } from './send-page.ts'
import { renderConnections, renderSignedInPage, renderWorkspaceForm } from './sign-in-pages.ts'

export interface SignInRoutes {
  /** `/sign-in/:uid`, where oidc-provider sends people whom it wants to be signed in. */
  show: (req: Request, res: Response) => Promise<void>
  showSignedIn: (req: Request, res: Response) => void
}

/** Reasons for which a session that was there before the request is not enough. */
const reasonsForFreshSignIn: ReadonlySet<string> = new Set([
  'id_token_hint',
  'login_prompt',
  'max_age',
])

export function createSignInRoutes(options: {
  db: Database
  provider: Provider
  sessions: WorkspaceSessions
}): SignInRoutes {
  const { db, provider, sessions } = options

  async function requireInteraction(req: Request, res: Response): Promise<Interaction> {
    try {
      const interaction = await provider.interactionDetails(req, res)
      if (interaction.uid === req.params['uid']) return interaction
    } catch (error) {
      if (!(error instanceof errors.SessionNotFound)) throw error
      throw new SignInError('request-expired', { cause: error })
    }
    throw new SignInError('request-expired')
  }

  return {
    async show(req, res) {
      const interaction = await requireInteraction(req, res)
      if (interaction.prompt.name === 'consent') {
        return provider.interactionFinished(req, res, { consent: {} })
      }
      // They have signed in for this request, and the provider still wants somebody else.
      if (interaction.lastSubmission?.login !== undefined) {
        return provider.interactionFinished(req, res, { error: 'login_required' })
      }
      const hostId = await hostOf(interaction)
      const workspace = await requestedWorkspace(interaction, hostId)
      if (workspace === undefined) return enterWorkspace(req, res, interaction, hostId)
      await enter(req, res, interaction, workspace)
    },

    showSignedIn(req, res) {
      sendPage(res, 200, renderSignedInPage(preferredLocale(req.get('accept-language'))))
    },
  }

  async function hostOf(interaction: Interaction): Promise<string> {
    const client = await provider.Client.find(textParam(interaction, 'client_id') ?? '')
    const hostId = client?.[hostIdMetadata]
    if (typeof hostId !== 'string') throw new SignInError('request-expired')
    return hostId
  }

  /** By the parameters of the host's request; undefined when they name none. */
  async function requestedWorkspace(
    interaction: Interaction,
    hostId: string,
  ): Promise<Workspace | undefined> {
    const named = textParam(interaction, 'workspace')
    if (named !== undefined) {
      const workspace = await findWorkspace(db, hostId, named)
      if (workspace === undefined) throw new SignInError('workspace-not-found')
      return workspace
    }
    const connectionId = textParam(interaction, 'connection')
    if (connectionId === undefined) return undefined
    const workspaceId = await findWorkspaceOfConnection(db, connectionId)
    const workspace = workspaceId && (await findWorkspace(db, hostId, workspaceId))
    if (!workspace) throw new SignInError('connection-not-found')
    return workspace
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
    const entered = typeof req.query['workspace'] === 'string' ? req.query['workspace'].trim() : ''
    const workspace = entered === '' ? undefined : await findWorkspace(db, hostId, entered)
    if (workspace !== undefined) return enter(req, res, interaction, workspace)
    const redirectUri = textParam(interaction, 'redirect_uri')
    const page = renderWorkspaceForm(preferredLocale(req.get('accept-language')), {
      action: `/sign-in/${interaction.uid}`,
      entered: entered === '' ? undefined : entered.slice(0, 63),
      // Whoever is signed in already goes from the form straight back to the host.
      formTargets: redirectUri === undefined ? [] : [new URL(redirectUri).origin],
    })
    sendPage(res, entered === '' ? 200 : 404, page)
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
    const connections = await readInWorkspace(
      db,
      workspace.id,
      systemActor(),
      listActiveSsoConnections,
    )
    const forceLogin = needsFreshSignIn(interaction)
    const returnTo = `/sign-in/${interaction.uid}`
    const wanted = textParam(interaction, 'connection')
    const concerns = { workspaceId: workspace.id }
    if (wanted !== undefined) {
      if (!connections.some(({ id }) => id === wanted)) {
        throw new SignInError('connection-not-found', concerns)
      }
      return seeOther(res, startPath({ connectionId: wanted, returnTo, forceLogin }))
    }
    if (connections.length === 0) throw new SignInError('no-connection', concerns)
    const page = renderConnections(preferredLocale(req.get('accept-language'), workspace.locale), {
      workspaceName: workspace.name,
      connections: connections.map(({ id, name }) => ({
        name,
        href: startPath({ connectionId: id, returnTo: entryPath(req, returnTo), forceLogin }),
      })),
    })
    sendPage(res, 200, page)
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
  interaction.returnTo = returnTo
  interaction.result = {
    ...interaction.lastSubmission,
    login: { accountId: memberId, ts: signedInAt.getTime() / 1000 },
  }
  await interaction.persist()
  seeOther(res, returnTo)
}

/** Comes back with the workspace that was typed in, if it was. */
function entryPath(req: Request, path: string): string {
  const typed = req.query['workspace']
  if (typeof typed !== 'string') return path
  return `${path}?${new URLSearchParams({ workspace: typed }).toString()}`
}

function needsFreshSignIn(interaction: Interaction): boolean {
  return interaction.prompt.reasons.some((reason) => reasonsForFreshSignIn.has(reason))
}

function textParam(interaction: Interaction, name: string): string | undefined {
  const value = interaction.params[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}
