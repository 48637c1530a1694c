import { inInstallation, type InstallationTransaction } from '@plantel/db'
import { createGuardedFetch, createSecurityEventSigner } from '@plantel/idp-bridge'
import {
  createWebhookEndpoint,
  deleteWebhookEndpoint,
  editWebhookEndpoint,
  eventTypes,
  listHostWebhookEndpoints,
  listWebhookDeliveries,
  loadWebhookEndpoint,
  readWebhookEndpoint,
  replayWebhooks,
  retryDeadWebhooks,
  rotateWebhookSecret,
} from '@plantel/team'
import { z } from 'zod'

import { serverAddress } from '../host-api/addresses.ts'
import { parseRequest } from '../parse-request.ts'
import { ProblemError } from '../problem.ts'
import { testMessage } from '../webhooks/webhook-message.ts'
import { createWebhookSender } from '../webhooks/webhook-sender.ts'
import type { CommandReport } from './command-output.ts'
import { overlapHours } from './host-key.ts'
import {
  type Installation,
  requireHost,
  requireWorkspace,
  withInstallation,
} from './with-installation.ts'

interface WhichEndpoint {
  host: string
  endpoint: string
}

const types = z.array(z.enum(eventTypes))
const formats = z.enum(['webhook', 'scim-events']).default('webhook')
const moment = z.iso
  .datetime({ offset: true })
  .or(z.iso.date())
  .transform((text) => new Date(text))

/** `plantel host webhook create`: told of what happens from now on, signed with a secret that is shown once. */
export function hostWebhookCreate(options: {
  host: string
  url: string
  workspace?: string
  type: string[]
  format?: string
  description?: string
}): Promise<CommandReport> {
  const wanted = parseRequest(types, options.type)
  const format = parseRequest(formats, options.format)
  return withInstallation(async ({ config, db, sealer }) => {
    const host = await requireHost(db, options.host)
    const workspace =
      options.workspace === undefined ? undefined : await requireWorkspace(db, options.workspace)
    if (workspace !== undefined && workspace.host !== host.name) {
      throw new ProblemError('not-found', `The host "${host.name}" has no such workspace.`)
    }
    const { id, secret } = await inInstallation(db, (query) =>
      createWebhookEndpoint(query, sealer, host.id, {
        url: parseRequest(serverAddress(config.allowPrivateNetwork), options.url),
        workspaceId: workspace?.id ?? null,
        format,
        eventTypes: wanted.length === 0 ? null : wanted,
        description: options.description ?? '',
      }),
    )
    return reportSecret(id, secret)
  })
}

/** `plantel host webhook list`: the endpoints without their secrets. */
export function hostWebhookList(options: { host: string }): Promise<CommandReport> {
  return withInstallation(async ({ db }) => {
    const host = await requireHost(db, options.host)
    const endpoints = await listHostWebhookEndpoints(db, host.id)
    return {
      lines: endpoints.map(
        ({ id, url, enabled, format, eventTypes }) =>
          `${id}  ${url}  ${enabled ? 'enabled' : 'disabled'}  ${format === 'webhook' ? (eventTypes?.join(',') ?? 'all events') : format}`,
      ),
      json: { endpoints },
    }
  })
}

/** `plantel host webhook show`: how an endpoint fares, and its last deliveries. */
export function hostWebhookShow(options: WhichEndpoint): Promise<CommandReport> {
  return withEndpoint(options, async ({ db }, hostId) =>
    inInstallation(db, async (query) => {
      const endpoint = await readWebhookEndpoint(query, hostId, options.endpoint)
      const { deliveries } = await listWebhookDeliveries(query, endpoint.id, {
        state: undefined,
        workspaceId: undefined,
        after: undefined,
        limit: 20,
      })
      const { health } = endpoint
      return {
        lines: [
          `${endpoint.url}  ${endpoint.enabled ? 'enabled' : 'disabled'}`,
          `  tried again  ${health.retrying}`,
          `  given up     ${health.dead}`,
          `  failing      ${health.failingSince?.toISOString() ?? 'no'}`,
          `  delivered    ${health.lastDeliveredAt?.toISOString() ?? 'never'}`,
          ...deliveries.map(
            (each) =>
              `  ${each.messageId}  ${each.eventType}  ${each.state}  ${each.attempts} attempts  ${each.status ?? each.error ?? ''}`,
          ),
        ],
        json: { endpoint, deliveries },
      }
    }),
  )
}

/** `plantel host webhook update`: what is not given stays. */
export function hostWebhookUpdate(
  options: WhichEndpoint & {
    url?: string
    type: string[]
    description?: string
    enable?: boolean
    disable?: boolean
  },
): Promise<CommandReport> {
  const wanted = parseRequest(types, options.type)
  return withEndpoint(options, async ({ db, config }, hostId) => {
    const url =
      options.url === undefined
        ? undefined
        : parseRequest(serverAddress(config.allowPrivateNetwork), options.url)
    const enabled = options.enable === true ? true : options.disable === true ? false : undefined
    return inInstallation(db, async (query) => {
      await editWebhookEndpoint(query, hostId, options.endpoint, {
        url,
        description: options.description,
        eventTypes: wanted.length === 0 ? undefined : wanted,
        enabled,
      })
      const endpoint = await readWebhookEndpoint(query, hostId, options.endpoint)
      const state = endpoint.enabled ? 'enabled' : 'disabled'
      return { lines: [`${endpoint.url} is ${state}.`], json: { endpoint } }
    })
  })
}

/** `plantel host webhook rotate`: two signatures during the overlap, one afterwards. */
export function hostWebhookRotate(
  options: WhichEndpoint & { overlap: string },
): Promise<CommandReport> {
  const overlapSeconds = parseRequest(overlapHours, options.overlap)
  return withEndpoint(options, async ({ db, sealer }, hostId) => {
    const { secret, formerEndsAt } = await inInstallation(db, (query) =>
      rotateWebhookSecret(query, sealer, { hostId, endpointId: options.endpoint, overlapSeconds }),
    )
    const { lines, json } = reportSecret(options.endpoint, secret)
    return {
      lines: [...lines, `The former secret signs too until ${formerEndsAt.toISOString()}.`],
      json: { ...json, formerEndsAt },
    }
  })
}

/** `plantel host webhook test`: one signed event at once. */
export function hostWebhookTest(options: WhichEndpoint): Promise<CommandReport> {
  return withEndpoint(options, async ({ config, db, sealer }, hostId) => {
    const endpoint = await inInstallation(db, (query) =>
      loadWebhookEndpoint(query, sealer, hostId, options.endpoint),
    )
    const sign = await createSecurityEventSigner({ db, sealer, publicUrl: config.publicUrl })
    const fetch = createGuardedFetch({
      allowPrivateNetwork: config.allowPrivateNetwork,
      timeoutMs: 10_000,
    })
    const attempt = await createWebhookSender(fetch)(endpoint, await testMessage(endpoint, sign))
    const { failure = null, status = null } = attempt ?? {}
    if (failure !== null) {
      throw new ProblemError(
        'conflict',
        `The endpoint did not take the test event: ${failure}${status === null ? '' : ` ${status}`}.`,
      )
    }
    return {
      lines: [`The endpoint took the test event: ${status}.`],
      json: { delivered: true, status },
    }
  })
}

/** `plantel host webhook replay`: everything since a moment, or what was given up. */
export function hostWebhookReplay(
  options: WhichEndpoint & { since?: string; dead?: boolean },
): Promise<CommandReport> {
  const since = options.since === undefined ? undefined : parseRequest(moment, options.since)
  if ((since === undefined) === (options.dead !== true)) {
    throw new ProblemError('invalid-request', 'Say either --since <moment> or --dead.')
  }
  return withEndpoint(options, async ({ db }, hostId) =>
    inInstallation(db, async (query: InstallationTransaction) => {
      const { id } = await readWebhookEndpoint(query, hostId, options.endpoint)
      if (since === undefined) {
        const count = await retryDeadWebhooks(query, id)
        return { lines: [`${count} events are tried again.`], json: { retried: count } }
      }
      await replayWebhooks(query, id, since)
      return {
        lines: [`Everything since ${since.toISOString()} is sent again.`],
        json: { since },
      }
    }),
  )
}

/** `plantel host webhook delete`: nothing is sent there any more. */
export function hostWebhookDelete(options: WhichEndpoint): Promise<CommandReport> {
  return withEndpoint(options, async ({ db }, hostId) => {
    await inInstallation(db, (query) => deleteWebhookEndpoint(query, hostId, options.endpoint))
    return {
      lines: ['Nothing is sent there any more.'],
      json: { id: options.endpoint, deleted: true },
    }
  })
}

function withEndpoint(
  { host, endpoint }: WhichEndpoint,
  work: (installation: Installation, hostId: string) => Promise<CommandReport>,
): Promise<CommandReport> {
  parseRequest(z.uuid(), endpoint)
  return withInstallation(async (installation) => {
    const { id } = await requireHost(installation.db, host)
    return work(installation, id)
  })
}

function reportSecret(id: string, secret: string): CommandReport {
  return {
    lines: ['The secret is shown this once:', `  secret  ${secret}`, `  id      ${id}`],
    json: { id, secret },
  }
}
