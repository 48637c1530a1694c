import { type Database, inWorkspace, type Sealer } from '@plantel/db'
import { samlAddresses, ssoRedirectUri } from '@plantel/idp-bridge'
import { createScimToken, scimBaseUrl } from '@plantel/scim-server'
import { z } from 'zod'

import type { Company } from '../companies/company.ts'
import {
  samlEntityId,
  samlMetadata,
  type SamlServiceProvider,
  type SamlSigningKey,
} from '../directory/saml-idp.ts'
import type { Documents } from '../documents.ts'
import { findHalfMade } from './half-made-store.ts'
import type { HostApi } from './host-api.ts'

const shape = z.object({
  workspace: z.object({ id: z.string(), ownerMemberId: z.string() }).nullable(),
  sso: z.object({ id: z.string(), redirectPath: z.string(), issuer: z.string() }).nullable(),
  saml: z.object({ id: z.string(), metadata: z.string() }).nullable().default(null),
  scim: z.object({ id: z.string(), basePath: z.string(), sealedToken: z.string() }).nullable(),
  rulesSaved: z.boolean(),
})

/** One company's workspace in Plantel and the two connections of its directory. */
export interface CompanyWorkspace {
  company: Company
  id: string
  ownerMemberId: string
  /** Where Plantel wants to be sent back to after a sign-in at the directory. */
  ssoRedirectUri: string
  scim: { connectionId: string; baseUrl: string; token: string }
  /** Links to identity providers, for whoever tries them from outside. */
  sso: { id: string; kind: 'oidc' | 'saml'; name: string }[]
  /** Plantel, as the directory's SAML identity provider knows it. */
  serviceProvider: SamlServiceProvider
  /** Binds the directory's groups to roles, departments and channels; the groups must exist. Done once. */
  saveRules: () => Promise<void>
}

/** How people know the directory; the widget says "Managed by …". */
export const directoryNames: Record<Company['directory'], string> = {
  okta: 'Okta',
  entra: 'Microsoft Entra ID',
}

/** The same directory, by the other protocol. */
function samlName({ directory }: Company): string {
  return `SAML (${directoryNames[directory]})`
}

/** Creates what is missing of the company's workspace, step by step, each remembered at once. */
export async function prepareWorkspace(
  company: Company,
  deps: {
    db: Database
    api: HostApi
    documents: Documents
    sealer: Sealer
    plantelUrl: string
    issuer: string
    clientId: string
    clientSecret: string
    demoUrl: string
    samlKey: SamlSigningKey
  },
): Promise<CompanyWorkspace> {
  const { db, api, documents, sealer, plantelUrl, issuer } = deps
  const metadata = samlMetadata(company.slug, deps.demoUrl, deps.samlKey)
  const key = `workspace:${company.slug}`
  const place = `demo_documents.${key}.scim`
  const state = (await documents.load(key, shape)) ?? {
    workspace: null,
    sso: null,
    saml: null,
    scim: null,
    rulesSaved: false,
  }
  const save = (): Promise<void> => documents.save(key, state)

  const isComplete =
    state.workspace !== null && state.sso !== null && state.saml !== null && state.scim !== null
  // A start may have been cut off between Plantel's answer and our note of it.
  const found = isComplete
    ? undefined
    : await findHalfMade(db, company.slug, deps.clientId, samlEntityId(company.slug))

  state.workspace ??=
    found === undefined
      ? await createWorkspace(company, api)
      : { id: found.workspaceId, ownerMemberId: found.ownerMemberId }
  await save()
  const { workspace } = state

  if (state.sso === null) {
    const { id, redirectUri } =
      found?.ssoConnectionId === undefined
        ? await api.createSsoConnection(workspace.id, {
            kind: 'oidc',
            name: directoryNames[company.directory],
            issuer,
            clientId: deps.clientId,
            clientSecret: deps.clientSecret,
            idTokenAlgorithm: 'RS256',
            binding: { claim: 'sub', attribute: 'externalId' },
          })
        : {
            id: found.ssoConnectionId,
            redirectUri: ssoRedirectUri(plantelUrl, found.ssoConnectionId),
          }
    state.sso = {
      id,
      redirectPath: new URL(redirectUri).pathname,
      // Told again below: what was found may name an older port.
      issuer: found?.ssoConnectionId === undefined ? issuer : '',
    }
    await save()
  }
  if (state.sso.issuer !== issuer) {
    await api.updateSsoConnection(workspace.id, state.sso.id, { issuer })
    state.sso.issuer = issuer
    await save()
  }

  if (state.saml === null) {
    const name = samlName(company)
    const { id } =
      found?.samlConnectionId === undefined
        ? await api.createSamlConnection(workspace.id, { name, metadataXml: metadata })
        : { id: found.samlConnectionId }
    // Told again below: what was found may name an older port.
    state.saml = { id, metadata: found?.samlConnectionId === undefined ? metadata : '' }
    await save()
  }
  if (state.saml.metadata !== metadata) {
    await api.replaceSamlMetadata(workspace.id, state.saml.id, metadata)
    state.saml.metadata = metadata
    await save()
  }

  if (state.scim === null) {
    const { id, baseUrl, token } =
      found?.scimConnectionId === undefined
        ? await api.createScimConnection(workspace.id, {
            name: directoryNames[company.directory],
            idp: company.directory,
          })
        : await reissueToken(deps, workspace.id, found.scimConnectionId)
    state.scim = {
      id,
      basePath: new URL(baseUrl).pathname,
      sealedToken: sealer.seal(token, place),
    }
    await save()
  }
  const { saml, scim, sso } = state
  const { acsUrl, spEntityId } = samlAddresses(plantelUrl, saml.id)

  return {
    company,
    ...workspace,
    ssoRedirectUri: new URL(sso.redirectPath, plantelUrl).href,
    sso: [
      { id: sso.id, kind: 'oidc', name: directoryNames[company.directory] },
      { id: saml.id, kind: 'saml', name: samlName(company) },
    ],
    serviceProvider: { acsUrl, entityId: spEntityId },
    scim: {
      connectionId: scim.id,
      // Plantel's port may have changed since.
      baseUrl: new URL(scim.basePath, plantelUrl).href,
      token: sealer.open(scim.sealedToken, place),
    },
    async saveRules() {
      if (state.rulesSaved) return
      await api.saveMappingRules(workspace.id, {
        connectionId: scim.id,
        rules: company.groups.flatMap(({ name, rule }) =>
          rule === undefined
            ? []
            : [{ when: { kind: 'group', group: { displayName: name } }, ...rule }],
        ),
      })
      state.rulesSaved = true
      await save()
    },
  }
}

async function createWorkspace(
  company: Company,
  api: HostApi,
): Promise<{ id: string; ownerMemberId: string }> {
  const { slug, name, preset, locale, timeZone, owner, departments, channels } = company
  const { id, ownerMemberId } = await api.createWorkspace({
    slug,
    name,
    preset,
    locale,
    timeZone,
    owner,
    departments,
    channels,
  })
  return { id, ownerMemberId }
}

/** A token is shown once; whoever missed it needs another. */
async function reissueToken(
  { db, plantelUrl }: { db: Database; plantelUrl: string },
  workspaceId: string,
  connectionId: string,
): Promise<{ id: string; baseUrl: string; token: string }> {
  const actor = { kind: 'system', id: null, requestId: 'demo' } as const
  const { plainToken } = await inWorkspace(db, workspaceId, actor, (trx) =>
    createScimToken(trx, connectionId, {}),
  )
  return { id: connectionId, baseUrl: scimBaseUrl(plantelUrl, connectionId), token: plainToken }
}
