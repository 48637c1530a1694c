import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import type { Database, Sealer } from '@plantel/db'
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express'

import type { Logger } from '../logger.ts'
import { companies } from './companies/index.ts'
import { openCompanyDirectory } from './directory/company-directory.ts'
import { createDirectoryProvider, directoryClientId } from './directory/directory-provider.ts'
import { createDirectoryRoutes, type OpenDirectory } from './directory/directory-routes.ts'
import { createProvisioner, habits } from './directory/provisioner.ts'
import { createRequestLog } from './directory/request-log.ts'
import { createSamlRoutes } from './directory/saml-routes.ts'
import { createScimClient } from './directory/scim-client.ts'
import { createDocuments, type Documents } from './documents.ts'
import { createGalleryRoutes } from './gallery/gallery-routes.ts'
import { createAssetRoutes } from './http/assets.ts'
import { createFederationRoutes } from './http/federation-modules.ts'
import { createGuard } from './http/guard.ts'
import { sendPage } from './http/page-headers.ts'
import { createActivityFeed } from './inbox/activity.ts'
import { createInboxRoutes } from './inbox/inbox-routes.ts'
import { createPlantelSignIn } from './inbox/plantel-sign-in.ts'
import { createMailboxRoutes } from './mailbox/mailbox-routes.ts'
import { chooseLanguage } from './pages/language.ts'
import { type CompanyWorkspace, prepareWorkspace } from './seed/company-workspace.ts'
import { type DemoSecrets, loadDemoSecrets } from './seed/demo-secrets.ts'
import { createHostApi } from './seed/host-api.ts'
import { registerHost } from './seed/host-registration.ts'
import { loadSamlKey } from './seed/saml-key.ts'
import { startPage } from './start-page.ts'

export interface DemoOptions {
  db: Database
  sealer: Sealer
  /** Where Plantel already listens. */
  plantelUrl: string
  /** `plt_host_…` of the host that the demo inbox is. */
  hostKey: string
  host: { id: string; name: string }
  /** Taken when free, else any other. */
  preferredPort: number
  log: Logger
}

/** The demo as it runs beside Plantel. */
export interface Demo {
  /** `http://127.0.0.1:<port>` */
  url: string
  workspaces: (Pick<CompanyWorkspace, 'id' | 'sso'> & {
    slug: string
    scim: { baseUrl: string; token: string }
  })[]
  close: () => Promise<void>
}

/** Starts inbox, directories and mailbox on one listener, and completes what the first start has to set up in Plantel. */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const app = express().disable('x-powered-by')
  // Plantel may deliver what is left from the last start before we are done: it waits.
  const prepared = Promise.withResolvers<void>()
  app.use(waitFor(prepared.promise))
  const server = await listen(app, options.preferredPort)
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  try {
    const workspaces = await prepare(app, {
      ...options,
      demoUrl: url,
      onMounted: prepared.resolve,
    })
    return {
      url,
      workspaces: workspaces.map(({ company, id, scim, sso }) => ({
        slug: company.slug,
        id,
        scim: { baseUrl: scim.baseUrl, token: scim.token },
        sso,
      })),
      close: () => close(server),
    }
  } catch (error) {
    await close(server)
    throw error
  }
}

interface Preparation extends DemoOptions {
  demoUrl: string
  onMounted: () => void
}

async function prepare(app: Express, options: Preparation): Promise<CompanyWorkspace[]> {
  const { db, sealer, plantelUrl, demoUrl } = options
  const documents = createDocuments(db)
  const api = createHostApi(plantelUrl, options.hostKey)
  const secrets = await loadDemoSecrets(documents, sealer)
  const samlKey = await loadSamlKey(documents, sealer)
  const issuer = `${demoUrl}/directory/oidc`

  const registration = await registerHost({
    api,
    documents,
    sealer,
    plantelUrl,
    demoUrl,
    clientName: options.host.name,
  })
  const workspaces: CompanyWorkspace[] = []
  for (const company of companies) {
    workspaces.push(
      await prepareWorkspace(company, {
        db,
        api,
        documents,
        sealer,
        plantelUrl,
        issuer,
        clientId: directoryClientId(company.slug),
        clientSecret: secrets.clientSecrets[company.slug] ?? '',
        demoUrl,
        samlKey,
      }),
    )
  }
  const directories = await openDirectories(workspaces, documents)
  const feed = createActivityFeed()
  const bySlug = new Map(
    workspaces.map((workspace) => [workspace.company.slug as string, workspace]),
  )

  app.use(createGuard(demoUrl))
  app.use('/assets', await createAssetRoutes())
  app.use(await createFederationRoutes())
  const provider = mountProvider(app, issuer, secrets, directories, workspaces)
  const providers = new Map(
    workspaces.map(({ company, serviceProvider }) => [company.slug as string, serviceProvider]),
  )
  app.use('/directory/saml', createSamlRoutes({ directories, providers, key: samlKey }))
  app.use('/directory', createDirectoryRoutes({ directories, provider }))
  app.use(
    '/inbox',
    createInboxRoutes({
      api,
      signIn: createPlantelSignIn(registration, demoUrl),
      feed,
      webhookSecret: registration.webhookSecret,
      workspaces: bySlug,
      plantelUrl,
      demoUrl,
    }),
  )
  app.use('/mailbox', createMailboxRoutes(db))
  app.use(createGalleryRoutes(plantelUrl))
  app.get('/', (request, response) => {
    sendPage(response, startPage(chooseLanguage(request, response)))
  })
  app.use(createErrorAnswer(options.log))
  options.onMounted()

  for (const workspace of workspaces) {
    await directories.get(workspace.company.slug)?.directory.pushAll()
    await workspace.saveRules()
  }
  // Last, so that the inbox tells of what happens from now on and not of sixty people at once.
  await registration.registerWebhook()
  return workspaces
}

function waitFor(ready: Promise<void>): RequestHandler {
  return async (_request, _response, next) => {
    await ready
    next()
  }
}

async function openDirectories(
  workspaces: readonly CompanyWorkspace[],
  documents: Documents,
): Promise<Map<string, OpenDirectory>> {
  const directories = new Map<string, OpenDirectory>()
  for (const { company, scim } of workspaces) {
    const log = createRequestLog()
    const { userAgent } = habits[company.directory]
    const send = createScimClient({ ...scim, userAgent }, log)
    const provisioner = createProvisioner(company, send)
    const directory = await openCompanyDirectory(company, documents, provisioner)
    directories.set(company.slug, { directory, log })
  }
  return directories
}

function mountProvider(
  app: Express,
  issuer: string,
  secrets: DemoSecrets,
  directories: ReadonlyMap<string, OpenDirectory>,
  workspaces: readonly CompanyWorkspace[],
): ReturnType<typeof createDirectoryProvider> {
  const provider = createDirectoryProvider({
    issuer,
    secrets,
    directories: [...directories.values()].map(({ directory }) => directory),
    ssoRedirectUris: new Map(
      workspaces.map(({ company, ssoRedirectUri }) => [company.slug, ssoRedirectUri]),
    ),
  })
  app.use('/directory/oidc', provider.callback())
  return provider
}

/** The preferred port, else any other: what Plantel knows of the address is told anew then. */
async function listen(app: Express, preferredPort: number): Promise<Server> {
  for (const port of [preferredPort, 0]) {
    const server = createServer(app)
    try {
      // Not `localhost`, which is Plantel: the inbox is to be another site.
      server.listen(port, '127.0.0.1')
      await once(server, 'listening')
      return server
    } catch (error) {
      if (!isTaken(error) || port === 0) throw error
    }
  }
  throw new Error('No port is free.')
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  // Event streams never end by themselves.
  server.closeAllConnections()
  await closed
}

function createErrorAnswer(log: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    const status = statusOf(error)
    const asked = { method: request.method, path: request.path, status }
    if (status < 500) log.info(asked, 'a demo page was asked for wrongly')
    else log.error({ err: error, ...asked }, 'a demo page failed')
    if (response.headersSent) {
      next(error)
      return
    }
    response
      .status(status)
      .type('text')
      .send(status < 500 ? 'Bad request.\n' : 'The demo failed.\n')
  }
}

/** express and its body parsers say what was wrong with the request. */
function statusOf(error: unknown): number {
  const status = error instanceof Error && 'status' in error ? error.status : undefined
  return typeof status === 'number' && status >= 400 && status < 500 ? status : 500
}
