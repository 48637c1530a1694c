import { type Database, type Sealer, sweepIdempotencyKeys, sweepRateBuckets } from '@plantel/db'
import {
  createGuardedFetch,
  createIdpBridge,
  createSecurityEventSigner,
  createOwnPasswordCheck,
  createTxtResolver,
  flawOfPassword,
  hashPassword,
  setPassword,
  recheckDomains,
  type TxtResolver,
} from '@plantel/idp-bridge'
import {
  createScimMetadata,
  createScimReadLog,
  createScimServer,
  refuseScimVersion,
  type ScimLogEntry,
  warnOfExpiry,
} from '@plantel/scim-server'
import {
  createEmailChangeTokens,
  createInvitationTokens,
  createOwnershipTokens,
  findWorkspace,
  type InvitationLink,
  listLogoutClients,
  listWebhookEndpoints,
  purgeDeletedWorkspaces,
  retained,
  sweepEmailChanges,
  sweepExpiredInvitations,
  sweepJobs,
  sweepPresences,
  sweepRetained,
  sweepSelections,
  type Workspace,
} from '@plantel/team'
import { type Express, Router } from 'express'

import { repairDriftedAccess } from './access-check.ts'
import type { Config } from './config.ts'
import { createEventStreamHub } from './event-stream/event-stream-hub.ts'
import { createEventWaits } from './events/event-waits.ts'
import { createHandoverReaction } from './handover/handover-reaction.ts'
import { createHandoverReminder } from './handover/handover-reminder.ts'
import { createHealth, type Health } from './health.ts'
import { createAuditSealer } from './history/audit-sealer.ts'
import { createHostApi } from './host-api/host-api.ts'
import { createHousekeeping } from './housekeeping.ts'
import { createHttpServer } from './http-server.ts'
import { jobHandlers } from './jobs/job-handlers.ts'
import { createJobRunner } from './jobs/job-runner.ts'
import type { Logger } from './logger.ts'
import { createCapturingMailer } from './mail/captured-mail-store.ts'
import { createMailDispatch } from './mail/mail-dispatch.ts'
import { createSmtpMailer, type Mailer } from './mail/mailer.ts'
import { createEmailChangeSender } from './mail/senders/email-change-sender.ts'
import { createInvitationSender, invitationUrl } from './mail/senders/invitation-sender.ts'
import { createOwnershipSender } from './mail/senders/ownership-sender.ts'
import { createPasswordResetSender } from './mail/senders/password-reset-sender.ts'
import { createWelcomeSender } from './mail/senders/welcome-sender.ts'
import type { Api } from './operations/api.ts'
import { checkAnswers } from './operations/check-answers.ts'
import { createApiRouter } from './operations/create-api-router.ts'
import { createIdempotency } from './operations/idempotency.ts'
import { createRequestLimit } from './operations/request-limit.ts'
import { createOutbox } from './outbox.ts'
import { createPresenceBoard } from './presence/presence-board.ts'
import { createPresenceRecorder } from './presence/presence-recorder.ts'
import { createDeferredMailRunner } from './reactions/deferred-mail-runner.ts'
import { createEndAccessReaction } from './reactions/end-access-reaction.ts'
import { createLogoutReaction } from './reactions/logout-reaction.ts'
import { createMailReaction } from './reactions/mail-reaction.ts'
import { createReactionRunner } from './reactions/reaction-runner.ts'
import type { Reaction } from './reactions/reaction.ts'
import { createActivityRecorder } from './team-api/activity-recorder.ts'
import { createAllowedOrigins, createCorsHandler } from './team-api/allowed-origins.ts'
import { createTeamApi } from './team-api/team-api.ts'
import { cookieModeHeaders } from './team-api/widget-cookie.ts'
import { createWebhookRunner } from './webhooks/webhook-runner.ts'
import { createWebhookSender } from './webhooks/webhook-sender.ts'
import { createWidgetAssets, readWidgetBundle } from './widget-assets.ts'

/** What one replica consists of. */
export interface Application {
  handler: Express
  health: Health
  /** Ends what never ends by itself, so that the remaining requests can finish. */
  endStreams(): void
  /** Waits for what runs in the background; the database may be closed afterwards. */
  close(): Promise<void>
}

export interface CompositionInput {
  config: Config
  db: Database
  sealer: Sealer
  /** The installation's secret; the same on every replica. */
  secret: string
  log: Logger
  demoUrl: () => string | undefined
  /** Fails where an answer of an API is not the one that its document promises: for tests. */
  checkAnswers?: boolean
  /** Finds DNS records; the system's resolver unless told. */
  resolveTxt?: TxtResolver | undefined
}

/** How long a host has to acknowledge a webhook. */
const webhookTimeoutMs = 10_000

/** What the published keys of a SCIM client may cost: a token request waits for them. */
const keyDocumentLimits = { timeoutMs: 3_000, maxResponseBytes: 65_536 }

/** Builds everything from everything: the only place that knows every package. */
export async function compose(input: CompositionInput): Promise<Application> {
  const { config, db, sealer, log } = input
  const { publicUrl, allowPrivateNetwork, widgetCookie } = config
  const bridge = await createIdpBridge({
    db,
    sealer,
    secret: input.secret,
    publicUrl,
    allowPrivateNetwork,
    log: ({ level, event, ...entry }) => log[level](entry, event),
  })
  const outbox = createOutbox(db, log)
  const hub = createEventStreamHub(db, outbox, log)
  const activity = createActivityRecorder(db, log)
  const board = createPresenceBoard(db, outbox, log)
  const presence = createPresenceRecorder(db, config.presenceSeconds, log)
  const health = createHealth(db)
  const resolveTxt = input.resolveTxt ?? createTxtResolver()
  const housekeeping = createHousekeeping(
    [
      ...retained.map((kind) => ({ name: kind, run: () => sweepRetained(db, kind) })),
      { name: 'deleted workspaces', run: () => purgeDeletedWorkspaces(db) },
      { name: 'jobs', run: () => sweepJobs(db) },
      { name: 'selections', run: () => sweepSelections(db) },
      { name: 'idempotency keys', run: () => sweepIdempotencyKeys(db) },
      { name: 'presences', run: () => sweepPresences(db) },
      { name: 'rate buckets', run: () => sweepRateBuckets(db) },
      { name: 'email changes', run: () => sweepEmailChanges(db) },
      { name: 'expired invitations', run: () => sweepExpiredInvitations(db) },
      { name: 'expiring credentials', run: () => warnOfExpiry(db) },
      { name: 'drifted access', run: (closing) => repairDriftedAccess(db, log, closing) },
      { name: 'sign-in attempts', run: () => bridge.sweepAttempts() },
      { name: 'SAML metadata', run: () => bridge.refreshSamlMetadata() },
      { name: 'verified domains', run: () => recheckDomains(db, resolveTxt) },
    ],
    log,
  )

  const fetch = createGuardedFetch({ allowPrivateNetwork, timeoutMs: webhookTimeoutMs })
  const workspaceById = (id: string): Promise<Workspace | undefined> =>
    findWorkspace(db, undefined, id)
  // Of a deleted workspace the host still hears what happened, the deletion itself above all.
  const workspaceEvenIfDeleted = (id: string): Promise<Workspace | undefined> =>
    findWorkspace(db, undefined, id, { evenIfDeleted: true })
  const mailer = chooseMailer(config, db)
  const invitationTokens = createInvitationTokens(input.secret)
  const mails = createMailDispatch(workspaceById, [
    createWelcomeSender({ db, mailer }),
    createInvitationSender({ db, mailer, publicUrl, tokens: invitationTokens }),
    createOwnershipSender({
      db,
      mailer,
      publicUrl,
      tokens: createOwnershipTokens(input.secret),
    }),
    createEmailChangeSender({
      db,
      mailer,
      publicUrl,
      tokens: createEmailChangeTokens(input.secret),
    }),
    createPasswordResetSender({ db, mailer, urlOf: bridge.passwordResetUrl }),
  ])
  const fixedReactions: Reaction[] = [
    createEndAccessReaction(bridge),
    createMailReaction(db, mails),
    createHandoverReaction(db),
  ]
  const reactions = createReactionRunner(
    db,
    outbox,
    async () => {
      const clients = await listLogoutClients(db)
      return [
        ...fixedReactions,
        ...clients.map((client) => createLogoutReaction(bridge, client, log)),
      ]
    },
    log,
  )

  const eventWaits = createEventWaits(outbox)
  const handovers = createHandoverReminder(db, outbox, log)
  const sendWebhook = createWebhookSender(fetch)
  const signSecurityEvent = await createSecurityEventSigner({ db, sealer, publicUrl })
  const webhooks = createWebhookRunner({
    db,
    outbox,
    listEndpoints: () => listWebhookEndpoints(db, sealer),
    findWorkspace: workspaceEvenIfDeleted,
    send: sendWebhook,
    sign: signSecurityEvent,
    log,
  })
  const deferredMails = createDeferredMailRunner(db, outbox, mails, log)
  const jobs = createJobRunner(db, outbox, jobHandlers, log)
  const sealing = createAuditSealer(db, outbox, log, jobs.isAtWork)

  const people = {
    invitationUrl: (link: InvitationLink) => invitationUrl(publicUrl, invitationTokens.issue(link)),
    passwords: {
      flawOfPassword,
      hashPassword,
      setPassword,
      checkOwnPassword: createOwnPasswordCheck(db),
    },
  }
  const origins = createAllowedOrigins(db)
  const idempotency = createIdempotency(db, sealer)
  function serve<Caller>(api: Api<Caller>, who: keyof Config['requestsPerMinute']): Router {
    const limit = createRequestLimit(db, config.requestsPerMinute[who])
    return createApiRouter(input.checkAnswers === true ? checkAnswers(api) : api, {
      limit,
      idempotency,
    })
  }

  const scimReads = createScimReadLog(db, (missing, err) =>
    log.warn({ missing, err }, 'reads of directories are missing in the request log'),
  )
  const handler = createHttpServer(config, log, {
    health: health.router,
    widget: createWidgetAssets(readWidgetBundle(), publicUrl, log),
    bridge: bridge.router,
    scim: createScimServer({
      db,
      publicUrl,
      secret: input.secret,
      fetch: createGuardedFetch({ allowPrivateNetwork, ...keyDocumentLimits }),
      reads: scimReads,
      log: (entry) => logScim(log, entry),
    }),
    scimMetadata: createScimMetadata({ db, publicUrl }),
    otherScimVersions: refuseScimVersion,
    teamApi: Router().use(
      createCorsHandler(origins, {
        cookieHeaders: widgetCookie === undefined ? undefined : Object.values(cookieModeHeaders),
      }),
      serve(
        createTeamApi(
          { db, bridge, activity, origins, publicUrl, widgetCookie },
          { hub, board, presence },
          people,
          {
            sealer,
            publicUrl,
            allowPrivateNetwork,
            resolveTxt,
          },
        ),
        'member',
      ),
    ),
    hostApi: serve(
      createHostApi(
        {
          db,
          sealer,
          publicUrl,
          allowPrivateNetwork,
          sendWebhook,
          signSecurityEvent,
          eventWaits,
          resolveTxt,
        },
        bridge,
        people,
      ),
      'hostKey',
    ),
    demoUrl: input.demoUrl,
  })

  return {
    handler,
    health,
    endStreams() {
      eventWaits.close()
      void hub.close()
    },
    async close() {
      await Promise.all([
        hub.close(),
        reactions.stop(),
        webhooks.stop(),
        sealing.close(),
        handovers.stop(),
        deferredMails.stop(),
        jobs.stop(),
        activity.close(),
        board.close(),
        presence.close(),
        scimReads.close(),
        outbox.close(),
        housekeeping.close(),
      ])
    },
  }
}

function logScim(log: Logger, entry: ScimLogEntry): void {
  log[entry.error === undefined ? 'info' : 'error'](entry, 'scim request')
}

/** In the demo mail is captured, so that nobody real is written to by accident. */
function chooseMailer(config: Config, db: Database): Mailer | undefined {
  if (config.mode === 'demo') return createCapturingMailer(db)
  return config.mail === undefined ? undefined : createSmtpMailer(config.mail)
}
