import { spawn } from 'node:child_process'
import { createPrivateKey } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'

import { createSealer, readInWorkspace } from '@plantel/db'
import { readMemberAccess } from '@plantel/team'
import express from 'express'

import type { Api } from '../../app/src/operations/api.ts'
import { createApiRouter } from '../../app/src/operations/create-api-router.ts'
import { createIdempotency } from '../../app/src/operations/idempotency.ts'
import { createRequestLimit } from '../../app/src/operations/request-limit.ts'
import { createTeamDoor, type TeamCaller } from '../../app/src/team-api/team-edge.ts'
import { workspaceOperation } from '../../app/src/team-api/workspace-operation.ts'
import {
  createResponseVerifier,
  type ResponseVerifier,
} from '../../idp-bridge/src/saml/response-verifier.ts'
import { createCertifiedKey } from '../../idp-bridge/src/saml/self-signed-certificate.ts'
import { type ResponseTrust, verifyResponse } from '../../idp-bridge/src/saml/verify-response.ts'
import {
  type BridgeWorld,
  createBridgeWorld,
  type TestWorkspace,
} from '../../idp-bridge/src/testing/bridge-world.ts'
import { createBrowser, hiddenFields } from '../../idp-bridge/src/testing/browser.ts'
import { createEs256Alone } from '../../idp-bridge/src/testing/es256-alone.ts'
import { createLibraryAlone } from '../../idp-bridge/src/testing/library-alone.ts'
import {
  createForge,
  fieldsOf,
  type Forge,
  forgeResponse,
} from '../../idp-bridge/src/testing/saml-forge.ts'
import { startSamlIdp } from '../../idp-bridge/src/testing/saml-idp.ts'
import { compare, type Contestant, median } from './compare.ts'

const encode = (xml: string): string => Buffer.from(xml).toString('base64')

/** `pnpm bench sign-in`: what a sign-in costs, beside the libraries alone. */
export async function benchSignIn(): Promise<void> {
  const forge = await createForge()
  const trust = trustOf(forge)
  const rows: [what: string, measured: string, bar: string, isReached: boolean][] = []
  const row = (
    what: string,
    value: number,
    unit: string,
    goal: number,
    isAtLeast = false,
  ): void => {
    const isReached = isAtLeast ? value >= goal : value <= goal
    const bar = `${isAtLeast ? '≥' : '≤'} ${goal} ${unit}`.trim()
    rows.push([what, `${value.toFixed(2)} ${unit}`.trim(), bar, isReached])
  }

  const ratio = await cpuRatio(forge, trust)
  row('CPU of guard and signature, beside the library alone', ratio.value, '×', 1.3)
  const loop = await worstOfLoop(forge, trust)
  row('event loop, worst accepted response', loop.accepted, 'ms', 50)
  row('event loop, worst refused response', loop.refused, 'ms', 50)
  const world = await createBridgeWorld('postgres', allowed)
  try {
    const north = await world.addWorkspace('north')
    row('ACS request to session, above that', await acsMs(world, north, ratio.oursMs), 'ms', 15)
    row('OpenID Connect sign-in, our share', await oidcMs(world, north), 'ms', 25)
    row('widget tokens, beside ES256 signatures', await mintRatio(world, north), '×', 0.5, true)
    const team = await teamRatio(world, north)
    row('Team API request, beside the same without authentication', team, '×', 0.5, true)
  } finally {
    await world.close()
  }

  console.log('\n| what | measured | bar | |\n|---|---|---|---|')
  for (const [what, measured, bar, isReached] of rows) {
    console.log(`| ${what} | ${measured} | ${bar} | ${isReached ? 'reached' : 'missed'} |`)
  }
}

/** Identity providers of this run; looked at for every request. */
const allowed: string[] = []

function trustOf(forge: Forge): ResponseTrust {
  const { acsUrl, issuer, audience } = fieldsOf(forge)
  return {
    idpEntityId: issuer,
    spEntityId: audience,
    acsUrl,
    now: new Date(forge.now),
    skewMs: 60_000,
    maxAgeMs: 600_000,
    idpCertificates: [forge.idp.certificate],
    decryptionKeys: [createPrivateKey(forge.sp.privateKey)],
  }
}

/** In turns, by the processor's time of this process. */
async function cpuRatio(
  forge: Forge,
  trust: ResponseTrust,
): Promise<{ value: number; oursMs: number }> {
  const encoded = encode(forgeResponse(forge, 'both'))
  const library = createLibraryAlone(forge)
  const ours: number[] = []
  const alone: number[] = []
  for (let round = 0; round < 12; round += 1) {
    const a = await cpuOf(() => verifyResponse(encoded, trust))
    const b = await cpuOf(() => library(encoded))
    // The first rounds compile.
    if (round < 2) continue
    ours.push(a)
    alone.push(b)
  }
  return { value: median(ours) / median(alone), oursMs: median(ours) }
}

async function cpuOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  for (let index = 0; index < 50; index += 1) await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000 / 50
}

/** How long the event loop stood still at most, while responses at the guard's limits were verified. */
async function worstOfLoop(
  forge: Forge,
  trust: ResponseTrust,
): Promise<{ accepted: number; refused: number }> {
  const verify = createResponseVerifier()
  const wide = values(2_900)
  const shapes = [wide, values(180), values(60, 'g'.repeat(150)), values(100, 'g'.repeat(2_000))]
  const { attacker } = forge
  const accepted = shapes.map((statementsXml) => forgeResponse(forge, 'both', { statementsXml }))
  const refused = [
    ...shapes.map((statementsXml) =>
      forgeResponse(forge, 'both', { statementsXml }, { privateKey: attacker.privateKey }),
    ),
    forgeResponse(forge, 'both', { statementsXml: values(4_000) }),
    `<a>${'<a>'.repeat(60)}${'</a>'.repeat(60)}</a>`,
    'x'.repeat(255_000),
  ]
  return {
    accepted: await longestStop(verify, trust, accepted),
    refused: await longestStop(verify, trust, refused),
  }
}

/** An attribute of so many values. */
function values(count: number, text = 'g'): string {
  const each = `<saml:AttributeValue>${text}</saml:AttributeValue>`
  return `<saml:AttributeStatement><saml:Attribute Name="groups">${each.repeat(count)}</saml:Attribute></saml:AttributeStatement>`
}

async function longestStop(
  verify: ResponseVerifier,
  trust: ResponseTrust,
  responses: readonly string[],
): Promise<number> {
  const stops: number[] = []
  for (const response of responses) {
    const encoded = encode(response)
    const times: number[] = []
    for (let round = 0; round < 7; round += 1) {
      const delay = monitorEventLoopDelay({ resolution: 1 })
      delay.enable()
      await new Promise((resolve) => setTimeout(resolve, 20))
      delay.reset()
      await verify(encoded, trust).catch(() => undefined)
      await new Promise((resolve) => setTimeout(resolve, 20))
      times.push(delay.max / 1e6)
      delay.disable()
    }
    stops.push(median(times))
  }
  return Math.max(...stops)
}

/** From the form of the identity provider to the session, without the verification itself. */
async function acsMs(
  world: BridgeWorld,
  north: TestWorkspace,
  verificationMs: number,
): Promise<number> {
  const [idp, key] = await Promise.all([startSamlIdp(), createCertifiedKey('ours')])
  allowed.push(idp.origin)
  await north.hire('ana')
  const connection = await north.connectSaml({ metadata: idp.metadata('bench'), key })
  idp.register('bench', {
    ...connection,
    requestCertificate: key.certificate,
    signAssertion: true,
    signResponse: true,
  })
  const times: number[] = []
  for (let index = 0; index < 60; index += 1) {
    const browser = createBrowser()
    browser.setCookie(idp.origin, 'who', 'ana')
    const start = await browser.request(`${world.publicUrl}/sso/${connection.id}/start`)
    const page = await browser.request(start.headers.get('location') ?? '')
    const body = hiddenFields(await page.text())
    const beganAt = performance.now()
    const posted = await browser.request(connection.acsUrl, { method: 'POST', body })
    const finish = new URL(posted.headers.get('location') ?? '', world.publicUrl).href
    const done = await browser.request(finish)
    times.push(performance.now() - beganAt)
    if (done.status !== 303) throw new Error(`The sign-in answered ${done.status}.`)
  }
  await idp.close()
  return median(times.slice(10)) - verificationMs
}

/** Our requests of a sign-in, without the one in which the identity provider redeems the code. */
async function oidcMs(world: BridgeWorld, north: TestWorkspace): Promise<number> {
  const child = spawn(
    process.execPath,
    ['--conditions=plantel:source', fileURLToPath(new URL('./sign-in-idp.ts', import.meta.url))],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  try {
    const [line] = (await once(child.stdout, 'data')) as [Buffer]
    const origin = line.toString().trim()
    allowed.push(origin)
    const issuer = `${origin}/north/v2.0`
    const clientSecret = 'secret-of-the-tenants'
    const { id } = await north.connect({ issuer, clientId: 'plantel', clientSecret })
    await north.hire('bea')
    const ours: number[] = []
    const theirs: number[] = []
    for (let index = 0; index < 60; index += 1) {
      const browser = createBrowser()
      browser.setCookie(origin, 'who', 'bea')
      let spent = 0
      const ask = async (url: string): Promise<string> => {
        const beganAt = performance.now()
        const response = await browser.request(url)
        spent += performance.now() - beganAt
        return new URL(response.headers.get('location') ?? '', world.publicUrl).href
      }
      const atIdp = await ask(`${world.publicUrl}/sso/${id}/start`)
      const back = await browser.request(atIdp)
      const finish = await ask(back.headers.get('location') ?? '')
      if (!finish.includes('/sso/finish')) throw new Error(`The callback led to ${finish}.`)
      await ask(finish)
      ours.push(spent)
      theirs.push(await redemptionMs(atIdp, issuer))
    }
    return median(ours.slice(10)) - median(theirs.slice(10))
  } finally {
    child.kill()
  }
}

/** What the identity provider takes to redeem a code, asked as we do. */
async function redemptionMs(authorization: string, issuer: string): Promise<number> {
  const answer = await fetch(authorization, { redirect: 'manual' })
  const code = new URL(answer.headers.get('location') ?? '').searchParams.get('code') ?? ''
  const beganAt = performance.now()
  const response = await fetch(`${issuer}/token`, {
    method: 'POST',
    body: new URLSearchParams({ code }),
    headers: { connection: 'close' },
  })
  await response.text()
  return performance.now() - beganAt
}

/** For two hundred people in turn, sixteen at once, as a host's server asks; the signature alone in the same way. */
async function mintRatio(world: BridgeWorld, north: TestWorkspace): Promise<number> {
  const memberIds: string[] = []
  for (let index = 0; index < 200; index += 1) {
    memberIds.push((await north.hire(`person-${index}`)).memberId)
  }
  const signAlone = await createEs256Alone()
  let turn = 0
  const mint = (): Promise<unknown> => {
    turn += 1
    return world.bridge.mintWidgetToken(north.id, memberIds[turn % memberIds.length] ?? '')
  }
  const rates: { mint: number[]; sign: number[] } = { mint: [], sign: [] }
  for (let round = 0; round < 6; round += 1) {
    rates.mint.push(await rateOf(mint))
    rates.sign.push(await rateOf(signAlone))
  }
  return median(rates.mint.slice(1)) / median(rates.sign.slice(1))
}

async function rateOf(work: () => Promise<unknown>): Promise<number> {
  const beganAt = performance.now()
  let done = 0
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      while (performance.now() - beganAt < 700) {
        await work()
        done += 1
      }
    }),
  )
  return (done * 1_000) / (performance.now() - beganAt)
}

/** The same route of the Team API twice: behind its door, and with a member who is always let in. */
async function teamRatio(world: BridgeWorld, north: TestWorkspace): Promise<number> {
  const { db, bridge } = world
  const { memberId } = await north.hire('dora')
  const { token } = await bridge.mintWidgetToken(north.id, memberId)
  const identify = createTeamDoor({
    db,
    bridge,
    activity: { note: () => undefined },
    origins: { has: () => Promise.resolve(true), hasAny: () => Promise.resolve(true) },
  })
  const api: Api<TeamCaller> = {
    title: 'Benchmark',
    description: '',
    url: 'http://localhost',
    credential: { name: 'token', description: '' },
    scoped: false,
    ifMatch: 'required',
    operations: [workspaceOperation],
    identify,
  }
  const actor = { kind: 'member', id: memberId, requestId: 'benchmark' } as const
  const viewer = await readInWorkspace(db, north.id, actor, async (trx) => {
    const access = await readMemberAccess(trx, memberId)
    if (access === undefined) throw new Error('nobody')
    return { ...(await bridge.verifyWidgetToken(token)), access }
  })
  const open: Api<TeamCaller> = {
    ...api,
    identify: () =>
      Promise.resolve({
        callerId: memberId,
        bucketId: memberId,
        confirm: () => Promise.resolve(),
        open: () => ({
          id: north.id,
          read: (work) =>
            readInWorkspace(db, north.id, actor, (trx) => work(trx, viewer), { eager: true }),
          write: () => Promise.reject(new Error('read only')),
        }),
      }),
  }
  const services = {
    limit: createRequestLimit(db, 99_999_999),
    idempotency: createIdempotency(db, createSealer('the secret of the benchmark, long enough')),
  }
  const server = express()
    .use('/closed', createApiRouter(api, services))
    .use('/open', createApiRouter(open, services))
    .listen(0)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const contestant = (name: string): Contestant => ({
    name,
    expectedStatus: 200,
    next: () => ({
      method: 'GET',
      url: `http://127.0.0.1:${port}/${name}/workspace`,
      headers: { authorization: `Bearer ${token}` },
    }),
  })
  const options = { connections: 16, seconds: 1, rounds: 6 }
  const { ratio } = await compare(contestant('closed'), contestant('open'), options)
  server.close()
  return ratio
}
