import type { Database } from '@plantel/db'
import { findWorkspace, type Workspace } from '@plantel/team'
import type { Request, Response } from 'express'
import { type default as Provider, errors, type Interaction } from 'oidc-provider'

import { findWorkspaceOfConnection } from '../connections/sso-connection-store.ts'
import { hostIdMetadata } from '../provider/client-adapter.ts'
import { SignInError } from '../sign-in/sign-in-error.ts'

/** What a host's request, which waits in the provider, asks for. */
export interface Interactions {
  /** The one of the path's `:uid`, begun in this browser; throws `request-expired`. */
  require: (req: Request, res: Response) => Promise<Interaction>
  /** Whose client asks. */
  hostOf: (interaction: Interaction) => Promise<string>
  /**
   * By the parameters of the host's request; undefined when they name none. Throws `workspace-not-found` and
   * `connection-not-found`.
   */
  workspaceOf: (interaction: Interaction, hostId: string) => Promise<Workspace | undefined>
}

export function createInteractions(db: Database, provider: Provider): Interactions {
  return {
    async require(req, res) {
      try {
        const interaction = await provider.interactionDetails(req, res)
        if (interaction.uid === req.params['uid']) return interaction
      } catch (error) {
        if (!(error instanceof errors.SessionNotFound)) throw error
        throw new SignInError('request-expired', { cause: error })
      }
      throw new SignInError('request-expired')
    },

    async hostOf(interaction) {
      const client = await provider.Client.find(textParam(interaction, 'client_id') ?? '')
      const hostId = client?.[hostIdMetadata]
      if (typeof hostId !== 'string') throw new SignInError('request-expired')
      return hostId
    },

    async workspaceOf(interaction, hostId) {
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
    },
  }
}

/** A parameter of the host's request; one that is empty counts as absent. */
export function textParam(interaction: Interaction, name: string): string | undefined {
  const value = interaction.params[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** Reasons for which a session that was there before the request is not enough. */
const reasonsForFreshSignIn: ReadonlySet<string> = new Set([
  'id_token_hint',
  'login_prompt',
  'max_age',
])

export function needsFreshSignIn(interaction: Interaction): boolean {
  return interaction.prompt.reasons.some((reason) => reasonsForFreshSignIn.has(reason))
}
