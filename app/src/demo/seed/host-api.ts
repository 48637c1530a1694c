import { z } from 'zod'

/** Plantel's Host API refused or could not be reached; the demo can't go on without it. */
export class HostApiError extends Error {
  readonly status: number | undefined
  /** The problem's `code` (RFC 9457 extension), when one came. */
  readonly code: string | undefined

  constructor(
    call: string,
    status: number | undefined,
    problem: { code?: string | undefined; detail?: string | undefined } = {},
    options?: ErrorOptions,
  ) {
    const { code, detail } = problem
    super(
      status === undefined
        ? `${call}: Plantel could not be reached`
        : `${call}: ${status}${code === undefined ? '' : ` ${code}`}${detail === undefined ? '' : `, ${detail}`}`,
      options,
    )
    this.name = 'HostApiError'
    this.status = status
    this.code = code
  }
}

const problem = z.object({ code: z.string().optional(), detail: z.string().optional() })

interface CreatedWorkspace {
  id: string
  ownerMemberId: string
}

interface CreatedScimConnection {
  id: string
  baseUrl: string
  token: string
}

interface CreatedSsoConnection {
  id: string
  redirectUri: string
}

interface CreatedClient {
  clientId: string
  clientSecret: string
  issuer: string
}

interface CreatedWebhookEndpoint {
  id: string
  secret: string
}

interface WidgetToken {
  token: string
  /** RFC 3339. */
  expiresAt: string
}

const workspace: z.ZodType<CreatedWorkspace> = z.object({
  id: z.string(),
  ownerMemberId: z.string(),
})
const scimConnection: z.ZodType<CreatedScimConnection> = z.object({
  id: z.string(),
  baseUrl: z.url(),
  token: z.string(),
})
const ssoConnection: z.ZodType<CreatedSsoConnection> = z.object({
  id: z.string(),
  redirectUri: z.url(),
})
const samlConnection: z.ZodType<{ id: string }> = z.object({ id: z.string() })
const client: z.ZodType<CreatedClient> = z.object({
  clientId: z.string(),
  clientSecret: z.string(),
  issuer: z.url(),
})
const webhookEndpoint: z.ZodType<CreatedWebhookEndpoint> = z.object({
  id: z.string(),
  secret: z.string(),
})
const member: z.ZodType<{ member: { email: string | null } }> = z.object({
  member: z.object({ email: z.string().nullable() }),
})
const webhookEndpoints: z.ZodType<{ endpoints: { id: string; url: string }[] }> = z.object({
  endpoints: z.array(z.object({ id: z.string(), url: z.string() })),
})
const widgetToken: z.ZodType<WidgetToken> = z.object({ token: z.string(), expiresAt: z.string() })

interface ClientUrls {
  redirectUris: string[]
  postLogoutRedirectUris: string[]
  backchannelLogoutUri: string
  initiateLoginUri: string
}

/** The part of the Host API that an inbox calls from its own server. */
export interface HostApi {
  createWorkspace: (body: Record<string, unknown>) => Promise<CreatedWorkspace>
  createScimConnection: (
    workspaceId: string,
    body: Record<string, unknown>,
  ) => Promise<CreatedScimConnection>
  createSsoConnection: (
    workspaceId: string,
    body: Record<string, unknown>,
  ) => Promise<CreatedSsoConnection>
  updateSsoConnection: (
    workspaceId: string,
    connectionId: string,
    body: { issuer: string },
  ) => Promise<void>
  createSamlConnection: (
    workspaceId: string,
    body: { name: string; metadataXml: string },
  ) => Promise<{ id: string }>
  replaceSamlMetadata: (
    workspaceId: string,
    connectionId: string,
    metadataXml: string,
  ) => Promise<void>
  saveMappingRules: (workspaceId: string, body: Record<string, unknown>) => Promise<void>
  createClient: (body: { name: string } & ClientUrls) => Promise<CreatedClient>
  updateClient: (clientId: string, body: { name: string } & ClientUrls) => Promise<void>
  allowOrigins: (origins: string[]) => Promise<void>
  createWebhookEndpoint: (url: string) => Promise<CreatedWebhookEndpoint>
  /** Leaves the endpoint at this URL as the only one. */
  deleteOtherWebhookEndpoints: (url: string) => Promise<void>
  mintWidgetToken: (workspaceId: string, memberId: string) => Promise<WidgetToken>
  /** The email of a member, whom the inbox knows by it. */
  findEmail: (workspaceId: string, memberId: string) => Promise<string | null>
  completeHandover: (handoverId: string, moved: number) => Promise<void>
}

export function createHostApi(plantelUrl: string, hostKey: string): HostApi {
  async function call(method: string, path: string, body?: unknown): Promise<unknown> {
    const name = `${method} /host/v1${path}`
    let response: Response
    try {
      response = await fetch(`${plantelUrl}/host/v1${path}`, {
        method,
        headers: {
          accept: 'application/json',
          authorization: `Bearer ${hostKey}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        redirect: 'error',
        signal: AbortSignal.timeout(60_000),
      })
    } catch (error) {
      throw new HostApiError(name, undefined, {}, { cause: error })
    }
    const text = await response.text()
    const answer = parseJson(text)
    if (!response.ok) {
      throw new HostApiError(name, response.status, problem.safeParse(answer).data)
    }
    return answer
  }

  return {
    createWorkspace: async (body) => workspace.parse(await call('POST', '/workspaces', body)),
    createScimConnection: async (workspaceId, body) =>
      scimConnection.parse(await call('POST', `/workspaces/${workspaceId}/scim-connections`, body)),
    createSsoConnection: async (workspaceId, body) =>
      ssoConnection.parse(await call('POST', `/workspaces/${workspaceId}/sso-connections`, body)),
    updateSsoConnection: async (workspaceId, connectionId, body) => {
      await call('PATCH', `/workspaces/${workspaceId}/sso-connections/${connectionId}`, body)
    },
    createSamlConnection: async (workspaceId, body) =>
      samlConnection.parse(
        await call('POST', `/workspaces/${workspaceId}/sso-connections`, { kind: 'saml', ...body }),
      ),
    replaceSamlMetadata: async (workspaceId, connectionId, metadataXml) => {
      const path = `/workspaces/${workspaceId}/sso-connections/${connectionId}/metadata`
      await call('PUT', path, { metadataXml })
    },
    saveMappingRules: async (workspaceId, body) => {
      await call('PUT', `/workspaces/${workspaceId}/mapping-rules`, body)
    },
    createClient: async (body) => client.parse(await call('POST', '/clients', body)),
    updateClient: async (clientId, body) => {
      await call('PUT', `/clients/${clientId}`, body)
    },
    allowOrigins: async (origins) => {
      await call('PUT', '/allowed-origins', { origins })
    },
    createWebhookEndpoint: async (url) =>
      webhookEndpoint.parse(await call('POST', '/webhook-endpoints', { url })),
    deleteOtherWebhookEndpoints: async (url) => {
      const { endpoints } = webhookEndpoints.parse(await call('GET', '/webhook-endpoints'))
      for (const endpoint of endpoints) {
        if (endpoint.url !== url) await call('DELETE', `/webhook-endpoints/${endpoint.id}`)
      }
    },
    mintWidgetToken: async (workspaceId, memberId) =>
      widgetToken.parse(
        await call('POST', '/widget-tokens', { workspace: workspaceId, member: memberId }),
      ),
    findEmail: async (workspaceId, memberId) =>
      member.parse(await call('GET', `/workspaces/${workspaceId}/members/${memberId}`)).member
        .email,
    completeHandover: async (handoverId, moved) => {
      await call('POST', `/handovers/${handoverId}/complete`, { moved })
    },
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
